/** A short storm; `deno task proof chaos` makes longer ones, each with another seed. */
import assert from "node:assert/strict";
import { storm } from "../proof/storm/storm.ts";
import { isLong } from "./support/amount.ts";

Deno.test("a storm of random deeds and faults loses nothing, doubles nothing and leaves nothing dangling", async () => {
  const { violations } = await storm({
    seconds: isLong ? 12 : 5,
    atLeast: isLong ? 20 : 10,
    seed: 1,
  });
  assert.deepEqual(violations, []);
});
