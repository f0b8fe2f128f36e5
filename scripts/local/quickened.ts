/** Shortens the waits between attempts; time limits are longer, and stay. */
const LONGEST_WAIT_MS = 10_000;

/** How long a function waits that runs this many times faster. */
export function quickened(ms: number, timesFaster: number): number {
  return ms <= LONGEST_WAIT_MS ? ms / timesFaster : ms;
}
