import assert from "node:assert/strict";
import { withOwnNumbers } from "./own_numbers.ts";
import { readFile, type StandIn } from "./scenario.ts";

const [scenario] = readFile(
  "phones",
  `[[scenario]]
title = "in words"
wants = "book"
from = "+12025550177"
facts = { phone = "+12025550142" }
says = { phone = "two oh two, triple five, oh one four two", message = "202-555-0142 (mobile)" }
visits = [{ phone = "(202) 555-0142" }]
people = ["+442079460958: John Doe"]`,
);
assert.ok(scenario !== undefined);

const own = (seed: number, standIn: StandIn = "obedient") =>
  withOwnNumbers({ scenario, standIn, seed });

Deno.test("a run's callers have numbers of their own, the same in every spelling", () => {
  const { calls, end } = own(0);
  assert.deepEqual([calls[0]?.from, calls[0]?.facts.phone], ["+12015550177", "+12015550142"]);
  assert.equal(calls[0]?.says.phone, "two oh one, triple five, oh one four two");
  assert.equal(calls[0]?.says.message, "201-555-0142 (mobile)");
  assert.equal(end.visits?.[0]?.phone, "(201) 555-0142");
  assert.deepEqual(end.people, ["+442079460958: John Doe"], "but for numbers of other countries");
});

Deno.test("runs that are held at once share no number", () => {
  const numbers = Array.from({ length: 24 }, (_, seed) => own(seed).calls[0]?.facts.phone);
  assert.equal(new Set(numbers).size, numbers.length);
});

Deno.test("what an inventor makes up is the example's number, which stays as it is", () => {
  assert.deepEqual(own(3, "inventor"), scenario);
});
