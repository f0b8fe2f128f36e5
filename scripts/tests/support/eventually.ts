/** Polls until the condition holds. Throws after a minute, which is for a loaded machine, naming what was awaited. */
export async function eventually(
  what: string,
  condition: () => boolean | Promise<boolean>,
  { seconds = 60, everyMs = 20 } = {},
): Promise<void> {
  const deadline = Date.now() + seconds * 1000;
  while (!await condition()) {
    if (Date.now() > deadline) throw new Error(`Gave up after ${seconds} s waiting until ${what}`);
    await new Promise((resolve) => setTimeout(resolve, everyMs));
  }
}
