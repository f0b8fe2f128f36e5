/** The `wait` preference of RFC 7240. */

/** Longest wait that is granted, in seconds: well within the platform's request limit. */
export const MAX_WAIT_SECONDS = 30;

/** Seconds that the caller prefers to wait for the result; 0 without the preference, or with one that is no number. */
export function preferredWait(headers: Headers): number {
  const preferences = (headers.get("prefer") ?? "").split(",").map((each) =>
    each.trim().toLowerCase()
  );
  for (const preference of preferences) {
    const match = /^wait\s*=\s*"?(\d+)"?\s*(;|$)/.exec(preference);
    if (match !== null) return Math.min(Number(match[1]), MAX_WAIT_SECONDS);
  }
  return 0;
}
