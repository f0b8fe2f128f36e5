/** A short storm; `deno task proof chaos` makes longer ones, each with another seed. */
import assert from "node:assert/strict";
import { storm } from "../proof/storm/storm.ts";

Deno.test("a storm of random deeds and faults loses nothing, doubles nothing and leaves nothing dangling", async () => {
  const { violations, deeds, faults } = await storm({ seconds: 12, seed: 1 });
  assert.deepEqual(violations, []);
  for (const tally of [deeds, faults]) assert.ok(tally.total > 10, `${tally.entries()}`);
});
