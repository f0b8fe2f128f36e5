/** A line that a function has logged, for the person watching `deno task dev`. */

import type { LogLine } from "../local/functions.ts";

const COLOURS: Readonly<Record<string, string>> = { warn: "\x1b[33m", error: "\x1b[31m" };
/** What every line has, or only a machine wants to know; `--debug` shows it. */
const LEFT_OUT =
  /^(ts|level|event|fn|version|lane|handOver|isOutdated|(execution|request|job|org)_id)$/;

/**
 * `10:02:11 tool-sync  job succeeded  kind=agent ms=212`: null for lines at the level `debug`. Anything that is not a log line, such as a
 * stack trace, stays as it is.
 */
export function describeLogLine({ slug, line, fields }: LogLine): string | null {
  const { level, event, ts } = fields ?? {};
  if (typeof event !== "string") return `${slug}  ${line}`;
  if (level === "debug") return null;
  const rest = Object.entries(fields ?? {})
    .filter(([name, value]) => !LEFT_OUT.test(name) && value !== null && value !== 0)
    .filter(([name, value]) => name !== "attempt" || value !== 1)
    .map(([name, value]) => `${name}=${typeof value === "string" ? value : JSON.stringify(value)}`);
  const time = typeof ts === "string" ? `${new Date(ts).toTimeString().slice(0, 8)} ` : "";
  const colour = COLOURS[String(level)];
  const words = event.replaceAll("_", " ");
  return `${time}${slug.padEnd(24)}${colour ? `${colour}${words}\x1b[0m` : words}  ${
    rest.join(" ")
  }`
    .trimEnd();
}
