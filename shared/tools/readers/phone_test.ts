import assert from "node:assert/strict";
import { readPhone } from "./phone.ts";
import { CONTEXT } from "../../../scripts/tests/support/readers/context.ts";

const READ: [said: string, country: string, e164: string][] = [
  ["+15551230001", "US", "+15551230001"],
  ["+1 (555) 123-0001", "GB", "+15551230001"],
  ["1-555-123-0001", "US", "+15551230001"],
  ["020 7946 0958", "GB", "+442079460958"],
  ["+44 (0)20 7946 0958", "US", "+442079460958"],
  ["011 44 20 7946 0958", "US", "+442079460958"],
  ["0061 412 345 678", "AU", "+61412345678"],
  ["0412 345 678", "AU", "+61412345678"],
  ["202-555-0142 (mobile)", "US", "+12025550142"],
  ["cell: 202.555.0142", "US", "+12025550142"],
  ["tel:+1-202-555-0142", "US", "+12025550142"],
  ["My number is 202 555 0142.", "US", "+12025550142"],
  ["two oh two triple five zero one four two", "US", "+12025550142"],
  ["plus one 202 555 0142", "US", "+12025550142"],
  ["２０２５５５０１４２", "US", "+12025550142"],
  ["two zero two; five five five; oh one four two", "US", "+12025550142"],
  ["six hundred seventeen, five fifty-five, twenty-one hundred", "US", "+16175552100"],
  ["six one seven, three fives, five thousand", "US", "+16175555000"],
  ["zéro six, vingt, quatre-vingt-un, douze, deux fois zéro", "FR", "+33620811200"],
  ["+1 (202) 555‑0142\u200b", "US", "+12025550142"],
];

const ASKED: [said: string, country: string, question: RegExp, form: RegExp][] = [
  ["+2025550142", "US", /^Is \(202\) 555-0142 a number in this country/, /^\+12025550142 if/],
  ["+6175550123", "US", /^Is \(617\) 555-0123 a number/, /^\+16175550123 if/],
  ["+9175550123", "US", /^Is \(917\) 555-0123 a number/, /^\+19175550123 if/],
  ["+7911123456", "GB", /^Is 07911 123456 a number/, /^\+447911123456 if/],
  ["1234567890", "US", /^1234567890 doesn't look like a real phone number/, /./],
  ["0000000000", "US", /doesn't look like a real phone number/, /./],
  ["555-555-5555", "US", /doesn't look like a real phone number/, /./],
  ["+1 555 123 4567", "US", /doesn't look like a real phone number/, /./],
  ["0123456789", "FR", /doesn't look like a real phone number/, /./],
  ["911-555-0142", "US", /doesn't look like a real phone number/, /./],
  ["123-555-0142", "US", /doesn't look like a real phone number/, /./],
  ["202-155-0142", "US", /doesn't look like a real phone number/, /./],
  ["202-555-0142 x12", "US", /^\+12025550142 has the extension 12/, /without the extension/],
  ["tel:+1-202-555-0142;ext=12", "US", /has the extension 12/, /./],
  ["202 555 0142, extension twelve", "US", /has the extension 12/, /./],
  ...["", "555 0142", "my own", "202-555-0142 or 202-555-0143", "call 555 123 0001 after five"]
    .filter((said) => said !== "")
    .map((said): [string, string, RegExp, RegExp] => [
      said,
      "US",
      /^I need the phone number with area code\.$/,
      /^E\.164/,
    ]),
];

for (const [said, country, e164] of READ) {
  Deno.test(`readPhone() reads "${said}" in ${country} as ${e164}`, async () => {
    assert.deepEqual(await readPhone(said, { ...CONTEXT, country }), {
      kind: "value",
      value: e164,
    });
  });
}

for (const [said, country, question, form] of ASKED) {
  Deno.test(`readPhone() asks about "${said}" in ${country}`, async () => {
    const reading = await readPhone(said, { ...CONTEXT, country });
    assert.ok(reading.kind === "question", JSON.stringify(reading));
    assert.match(reading.ask, question);
    assert.match(reading.form ?? "", form);
  });
}

Deno.test("readPhone() takes the answer to its own question", async () => {
  assert.deepEqual(await readPhone("+4722123456", CONTEXT), {
    kind: "question",
    ask: "Is (472) 212-3456 a number in this country, or one abroad?",
    form: "+14722123456 if it is in this country, 004722123456 if it is abroad",
  });
  assert.deepEqual(await readPhone("+14722123456", CONTEXT), {
    kind: "value",
    value: "+14722123456",
  });
  assert.deepEqual(await readPhone("004722123456", CONTEXT), {
    kind: "value",
    value: "+4722123456",
  });
});

for (
  const said of [
    "same number",
    "This number.",
    "It's the number I'm calling from",
    "el mismo número",
  ]
) {
  Deno.test(`readPhone() takes "${said}" for the caller's number, and asks where it isn't known`, async () => {
    const known = { ...CONTEXT, callerNumber: "12025550222" };
    assert.deepEqual(await readPhone(said, known), { kind: "value", value: "+12025550222" });
    for (const callerNumber of [null, "anonymous", "+266696687"]) {
      const reading = await readPhone(said, { ...CONTEXT, callerNumber });
      assert.match(
        reading.kind === "question" ? reading.ask : "",
        /^I can't see the number you are calling from/,
      );
    }
  });
}

Deno.test("readPhone() does not take another number for the same", async () => {
  const context = { ...CONTEXT, callerNumber: "+12025550222" };
  assert.equal((await readPhone("not the same number", context)).kind, "question");
});
