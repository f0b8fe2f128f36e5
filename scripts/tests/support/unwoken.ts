/** Tests during which no worker is woken, in a stack that others use too. */
import type { Clinics } from "./clinic.ts";
import { quiet } from "./world.ts";

/** Registers a test like Deno.test. Only the test itself changes anything, and what it requested is dropped. */
export function unwoken(
  world: Clinics,
): (name: string, run: (test: Deno.TestContext) => Promise<void>) => void {
  return (name, run) =>
    Deno.test(name, async (test) => {
      await quiet(world.stack);
      try {
        await run(test);
      } finally {
        await world.stack.net.crash();
        world.stack.net.resume();
      }
    });
}
