/** A short storm, run by `deno task proof long`; `deno task proof chaos` makes longer ones, each with another seed. */
import assert from "node:assert/strict";
import { storm } from "../proof/storm/storm.ts";
import { isLong } from "./support/amount.ts";

Deno.test({
  name:
    "a storm of random deeds and faults loses nothing, doubles nothing and leaves nothing dangling",
  ignore: !isLong,
  fn: async () => {
    const { violations } = await storm({ seconds: 12, atLeast: 20, seed: 1 });
    assert.deepEqual(violations, []);
  },
});
