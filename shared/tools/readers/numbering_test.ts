import assert from "node:assert/strict";
import { callerNumber } from "./numbering.ts";

const KNOWN: [customer: string, country: string, e164: string][] = [
  ["+12025550222", "US", "+12025550222"],
  ["12025550222", "US", "+12025550222"],
  ["2025550222", "US", "+12025550222"],
  ["+1 202-555-0142", "GB", "+12025550142"],
  ["sip:+12025550222@trunk", "US", "+12025550222"],
  ["sip:2025550222@trunk.example", "US", "+12025550222"],
  ['"Jane" <sip:+12025550222@trunk>', "US", "+12025550222"],
  ["tel:+12025550222;phone-context=x", "US", "+12025550222"],
  ["0044 20 7946 0958", "US", "+442079460958"],
  ["442079460958", "US", "+442079460958"],
  ["07911 123456", "GB", "+447911123456"],
];

const NOBODY = [
  "+266696687",
  "+86282452253",
  "+8656696",
  "+2562533",
  "+7378742833",
  "266696687",
  "anonymous",
  "Restricted",
  "unknown",
  "PRIVATE",
  "sip:anonymous@anonymous.invalid",
  "+1",
  "123",
  "",
  null,
];

for (const [customer, country, e164] of KNOWN) {
  Deno.test(`callerNumber() reads "${customer}" in ${country} as ${e164}`, async () => {
    assert.equal(await callerNumber(customer, country), e164);
  });
}

for (const customer of NOBODY) {
  Deno.test(`callerNumber() takes "${customer}" for nobody`, async () => {
    assert.equal(await callerNumber(customer, "US"), null);
  });
}
