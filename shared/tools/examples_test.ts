/** A description's example is accepted by its own reader: a model writes what it is shown. */
import assert from "node:assert/strict";
import { catalogue } from "./catalogue.ts";
import type { Field } from "./define.ts";

const CONTEXT = {
  now: new Date("2026-11-28T15:00:00Z"),
  timezone: "America/New_York",
  country: "US",
  language: "en",
  callerNumber: null,
};

/** A value that has the form which a description names. */
const FORMS: Record<string, string> = {
  "YYYY-MM-DD": "2026-12-18",
  "HH:MM": "14:30",
  "24 hours": "14:30",
};

function examplesOf(description: string): string[] {
  const named = [...description.matchAll(/(?:for example|e\.g\.),? ([^\s,;]+)/g)]
    .map((match) => (match[1] ?? "").replace(/\.$/, ""));
  const forms = Object.keys(FORMS).filter((form) => description.includes(form));
  return [...named, ...forms.map((form) => FORMS[form] ?? "")];
}

for (const { name, args } of catalogue) {
  for (const [argument, { kind, description }] of Object.entries<Field>(args)) {
    const examples = examplesOf(description);
    if (examples.length === 0) continue;
    Deno.test(`${name}.${argument} reads the examples of its own description`, async () => {
      for (const example of examples) {
        const reading = await kind.read(example, CONTEXT);
        assert.deepEqual(reading, { kind: "value", value: example }, example);
      }
    });
  }
}

Deno.test("the descriptions of dates, times and phone numbers have examples", () => {
  const shown = catalogue.flatMap(({ args }) => Object.values<Field>(args))
    .flatMap(({ description }) => examplesOf(description));
  for (const example of ["+12025550142", "2026-12-18", "14:30"]) {
    assert.ok(shown.includes(example), `${example} is shown by ${shown.join(" ")}`);
  }
});
