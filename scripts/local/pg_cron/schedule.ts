/** When a pg_cron schedule is next due: "N seconds", or five fields in GMT with `$` for the last day. */

import { Cron } from "croner";

const longestTimer = 2 ** 31 - 1;
const shorthands: Readonly<Record<string, string>> = {
  "@yearly": "0 0 1 1 *",
  "@annually": "0 0 1 1 *",
  "@monthly": "0 0 1 * *",
  "@weekly": "0 0 * * 0",
  "@daily": "0 0 * * *",
  "@midnight": "0 0 * * *",
  "@hourly": "0 * * * *",
};

/**
 * Milliseconds from `now` until a schedule is due. Throws TypeError for a schedule that pg_cron would also refuse. A date further away than
 * a timer can wait is limited to that.
 */
export function delayUntilDue(schedule: string, now: Date): number {
  const text = schedule.trim().toLowerCase();
  const seconds = /^(\d+)\s+seconds?$/.exec(text)?.[1];
  if (seconds) return Number(seconds) * 1000;
  const pattern = (shorthands[text] ?? text).replace("$", "L");
  const next = new Cron(pattern, { utcOffset: 0, mode: "5-part", paused: true }).nextRun(now);
  if (!next) throw new TypeError(`Cannot schedule "${schedule}": it is never due`);
  return Math.min(next.getTime() - now.getTime(), longestTimer);
}
