import assert from "node:assert/strict";
import { parseEnvFile, renderEnvFile } from "./env_file.ts";

Deno.test("renderEnvFile() writes what parseEnvFile() reads the same again", () => {
  const values = {
    PLAIN: "text",
    EMPTY: "",
    HASH: "a # b",
    DOLLAR: "$HOME ${HOME}",
    SINGLE: "it's",
    ESCAPED: '{"private_key":"-----BEGIN\\nKEY\\n"}',
    LINES: "one\ntwo",
    BOTH: `it's "so" \\n`,
    TICKS: "it's `so`",
  };
  assert.deepEqual(parseEnvFile(renderEnvFile(values)), values);
});

Deno.test("renderEnvFile() refuses a value that no quotes can hold, without telling it", () => {
  for (const value of ["'`\"", "'`\\n"]) {
    assert.throws(() => renderEnvFile({ SECRET: value }), (error: Error) => {
      return error.message.startsWith("Cannot write SECRET") && !error.message.includes(value);
    });
  }
});

Deno.test("parseEnvFile() knows comments, quotes and export", () => {
  assert.deepEqual(parseEnvFile("# note\nA=1 # one\nexport B='2 # two'\n\nC=\n"), {
    A: "1",
    B: "2 # two",
    C: "",
  });
});
