import assert from "node:assert/strict";
import fc from "fast-check";
import { readCode } from "./digits.ts";
import { readEmail } from "./email.ts";
import { readPhone } from "./phone.ts";
import { isLong } from "../../../scripts/tests/support/amount.ts";
import { CONTEXT } from "../../../scripts/tests/support/readers/context.ts";
import { anyText } from "../../../scripts/tests/support/unit/any_text.ts";
import { readPart, readRequestedDay, readRequestedTime } from "./requested.ts";

const READERS = [readCode, readRequestedDay, readEmail, readPart, readPhone, readRequestedTime];

/** Endless stories, and words with many simultaneous meanings. */
const words = fc.constantFrom(
  ..."a at one 1 x ext + ( morgen segunda dez por favor @ . - mañana 12/1 9.30 the same number"
    .split(" "),
);
const stories = fc.array(words, { minLength: 60, maxLength: 250 })
  .map((words) => words.join(" ").slice(0, 500));

Deno.test("no reader throws, and none takes an endless story for a value", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.oneof(stories, anyText({ maxLength: 500 })),
      async (text) => {
        for (const read of READERS) {
          const { kind } = await read(text, CONTEXT);
          if (text.length > 200) assert.notEqual(kind, "value", text);
        }
      },
    ),
    { numRuns: isLong ? 500 : 80 },
  );
});
