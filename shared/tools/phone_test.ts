import assert from "node:assert/strict";
import { readPhone } from "./phone.ts";

const READ: [said: string, country: string | undefined, e164: string][] = [
  ["+15551230001", undefined, "+15551230001"],
  ["+1 (555) 123-0001", "GB", "+15551230001"],
  ["555 123 0001", "US", "+15551230001"],
  ["1-555-123-0001", "US", "+15551230001"],
  ["020 7946 0958", "GB", "+442079460958"],
  ["five five five, one two three, double oh oh one", "US", "+15551230001"],
  ["plus one 555 123 0001", undefined, "+15551230001"],
];

for (const [said, country, e164] of READ) {
  Deno.test(`readPhone() reads "${said}" in ${country ?? "no country"} as ${e164}`, async () => {
    assert.deepEqual(await readPhone(said, country), { kind: "value", value: e164 });
  });
}

for (
  const said of ["", "123", "555 0142", "my own", "+15551230001 ext 5", "call 555 123 0001 please"]
) {
  Deno.test(`readPhone() asks about "${said}"`, async () => {
    assert.deepEqual(await readPhone(said, "US"), {
      kind: "question",
      ask: "I need the phone number with area code.",
    });
  });
}

Deno.test("readPhone() asks for a national number when no country is known", async () => {
  assert.equal((await readPhone("555 123 0001")).kind, "question");
});
