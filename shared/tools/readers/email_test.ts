import assert from "node:assert/strict";
import { z } from "zod";
import { readEmail } from "./email.ts";
import { isEmail } from "./plain.ts";
import { CONTEXT } from "../../../scripts/tests/support/readers/context.ts";

const READ: [said: string, address: string][] = [
  [" jane.roe@example.com ", "jane.roe@example.com"],
  ["jane.roe@example.com.", "jane.roe@example.com"],
  ["Jane.Roe@Example.COM", "jane.roe@example.com"],
  ["ｊａｎｅ＠example.com", "jane@example.com"],
  ["jane@example.com, thanks", "jane@example.com"],
  ["Jane Roe <jane@example.com>", "jane@example.com"],
  ["jane dot roe at example dot com", "jane.roe@example.com"],
  ["My email is jane underscore roe at example dot co dot uk", "jane_roe@example.co.uk"],
  ["J A N E dot roe at g mail dot com", "jane.roe@gmail.com"],
  ["jane.roe(at)example(dot)com", "jane.roe@example.com"],
  ["jane plus news at example dot com", "jane+news@example.com"],
  ["jane guion bajo roe arroba example punto com", "jane_roe@example.com"],
  ["jane tiret roe arobase example point fr", "jane-roe@example.fr"],
  ["jane Punkt roe ät example Punkt de", "jane.roe@example.de"],
];

for (const [said, address] of READ) {
  Deno.test(`readEmail() reads "${said}" as ${address}`, () => {
    assert.deepEqual(readEmail(said, CONTEXT), { kind: "value", value: address });
  });
}

for (
  const said of [
    "jane at at",
    "jane@example",
    "jane@@example.com",
    "jane roe at example dot com",
    "j.roe@example.com or jane@example.com",
  ]
) {
  Deno.test(`readEmail() asks about "${said}"`, () => {
    assert.deepEqual(readEmail(said, CONTEXT), {
      kind: "question",
      ask: "I couldn't take down the e-mail address. Could you spell it, or shall we do without?",
      form: "name@example.com",
    });
  });
}

Deno.test("isEmail() takes what zod's email() takes, without loading it", () => {
  const schema = z.email().max(254);
  const texts = [
    ...READ.flat(),
    ...[
      "a@b.co",
      "a.b+c@d-e.example",
      ".a@b.co",
      "a..b@c.co",
      "a.@b.co",
      "a@b",
      "a@-b.co",
      "ä@b.co",
    ],
    ...[
      "a@b.c",
      "a b@c.co",
      "o'neil@c.ie",
      "a@b..co",
      `${"a".repeat(248)}@b.co`,
      `${"a".repeat(250)}@b.co`,
    ],
  ];
  for (const text of texts) assert.equal(isEmail(text), schema.safeParse(text).success, text);
});
