/** How a job's state and time are shown. */

const tones: Readonly<Record<string, string>> = { running: "syncing", succeeded: "ok" };

/** The class of the badge of a job's state. */
export function badgeOf(status: string): string {
  return tones[status] ?? status;
}

/** "350 ms", "4.2 s", "3 min": the time between two moments. */
export function took(from: string, until: string): string {
  const ms = Date.parse(until) - Date.parse(from);
  if (ms < 1000) return `${ms} ms`;
  return ms < 120_000 ? `${(ms / 1000).toFixed(1)} s` : `${Math.round(ms / 60_000)} min`;
}

/** "85 ms", "1.4 s": a figure in seconds; "–" if nothing was timed. */
export function secondsOf(seconds: number | null): string {
  if (seconds === null) return "–";
  return seconds < 1 ? `${Math.round(seconds * 1000)} ms` : `${seconds.toFixed(1)} s`;
}
