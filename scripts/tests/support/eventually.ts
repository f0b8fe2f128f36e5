/**
 * Polls until the condition holds, ever less often unless an interval is given, because polling makes a busy machine busier. Throws after a
 * minute (enough for a busy machine), naming what was awaited.
 */
export async function eventually(
  what: string,
  condition: () => boolean | Promise<boolean>,
  { seconds = 60, everyMs }: { seconds?: number; everyMs?: number } = {},
): Promise<void> {
  const deadline = Date.now() + seconds * 1000;
  let ms = everyMs ?? 20;
  while (!await condition()) {
    if (Date.now() > deadline) throw new Error(`Gave up after ${seconds} s waiting until ${what}`);
    await new Promise((resolve) => setTimeout(resolve, ms));
    if (everyMs === undefined) ms = Math.min(ms * 1.3, 200);
  }
}
