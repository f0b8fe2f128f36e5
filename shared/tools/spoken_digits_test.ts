import assert from "node:assert/strict";
import { readDigits } from "./spoken_digits.ts";

const READ: [said: string, digits: string][] = [
  ["123456", "123456"],
  ["123 456", "123456"],
  ["1-2-3-4-5-6", "123456"],
  ["one two three four five six", "123456"],
  ["One, two, three. Four five six.", "123456"],
  ["oh one double five nine nine", "015599"],
  ["triple seven 1 2 3", "777123"],
  ["twenty-three forty five sixty", "234560"],
  ["twelve thirty four fifty six", "123456"],
  ["twenty oh three 9 9", "200399"],
  ["twenty 3 one", "2031"],
];

for (const [said, digits] of READ) {
  Deno.test(`readDigits() reads "${said}" as ${digits}`, () => {
    assert.equal(readDigits(said), digits);
  });
}

for (const said of ["", "I don't know", "one two maybe three", "double"]) {
  Deno.test(`readDigits() refuses "${said}"`, () => {
    assert.equal(readDigits(said), null);
  });
}

Deno.test("readDigits() takes no word for a digit because JavaScript's objects know it", () => {
  for (const word of ["constructor", "__proto__", "one constructor", "double constructor"]) {
    assert.equal(readDigits(word), null, word);
  }
});
