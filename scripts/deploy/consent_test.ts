import assert from "node:assert/strict";
import { consentTo } from "./consent.ts";

const never = () => assert.fail("Nobody is to be asked");

Deno.test("consentTo() asks nobody and begins nothing in a dry run, with --yes too", () => {
  for (const yes of [true, false]) {
    assert.equal(consentTo({ dryRun: true, yes }, never), "dry run");
  }
});

Deno.test("consentTo() takes --yes for an answer, and asks without it", () => {
  assert.equal(consentTo({ dryRun: false, yes: true }, never), "given");
  assert.equal(consentTo({ dryRun: false, yes: false }, () => true), "given");
  assert.equal(consentTo({ dryRun: false, yes: false }, () => false), "refused");
});
