import assert from "node:assert/strict";
import { account } from "./account.ts";
import { agents } from "./agents.ts";
import { clinic } from "./clinic.ts";
import { common } from "./common.ts";
import { strings } from "./mod.ts";
import { operator } from "./operator.ts";
import { stack } from "./stack.ts";
import { visits } from "./visits.ts";
import { waitlist } from "./waitlist.ts";

const tables = [common, account, agents, visits, waitlist, stack, clinic, operator];

Deno.test("a string has one name, which no other table takes for another", () => {
  const names = tables.flatMap((table) => Object.keys(table));
  assert.deepEqual(names.filter((name, at) => names.indexOf(name) !== at), []);
  assert.equal(names.length, Object.keys(strings).length);
});

Deno.test("both languages fill in the same", () => {
  const gaps = (text: string) => [...text.matchAll(/\{\w+\}/g)].map(([gap]) => gap).sort();
  for (const [name, [english, spanish]] of Object.entries(strings)) {
    assert.deepEqual(gaps(spanish), gaps(english), name);
  }
});
