import assert from "node:assert/strict";
import { CONTEXT } from "../../../scripts/tests/support/readers/context.ts";
import { readCode } from "./digits.ts";

const READ: [said: string, code: string][] = [
  ["123456", "123456"],
  ["1-2-3-4-5-6", "123456"],
  ["One, two, three. Four five six.", "123456"],
  ["oh one double five nine nine", "015599"],
  ["triple seven 1 2 3", "777123"],
  ["twenty-three forty five sixty", "234560"],
  ["twelve thirty four fifty six", "123456"],
  ["null eins doppel fünf neun neun", "015599"],
  ["cero uno dos tres cuatro cinco", "012345"],
  ["１２３ ４５６", "123456"],
];

for (const [said, code] of READ) {
  Deno.test(`readCode() reads "${said}" as ${code}`, () => {
    assert.deepEqual(readCode(said, CONTEXT), { kind: "value", value: code });
  });
}

for (
  const said of ["12345", "1234567", "one two maybe three", "double", "constructor", "I lost it"]
) {
  Deno.test(`readCode() asks about "${said}"`, () => {
    assert.deepEqual(readCode(said, CONTEXT), {
      kind: "question",
      ask: "I need the six digits of the code in the text message.",
      form: "six digits",
    });
  });
}
