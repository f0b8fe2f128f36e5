/** Longer waits than this are taken for a mistake of the sender. */
const MAX_RETRY_AFTER_MS = 10 * 60_000;

/**
 * The wait that a `Retry-After` header asks for (RFC 9110, section 10.2.3: seconds, or a date), in
 * milliseconds from 0 to 10 minutes; null if there is none or it can't be read.
 */
export function parseRetryAfter(header: string | null, now: Date = new Date()): number | null {
  const text = header?.trim() ?? "";
  // A date always names its weekday; Date.parse alone would also accept "3.5" or "-1" as years.
  const ms = /^\d+$/.test(text)
    ? Number(text) * 1_000
    : /^[A-Z][a-z]{2,8},? /.test(text)
    ? Date.parse(text) - now.getTime()
    : NaN;
  return Number.isNaN(ms) ? null : Math.min(Math.max(ms, 0), MAX_RETRY_AFTER_MS);
}
