import assert from "node:assert/strict";
import { findSent } from "./find_sent.ts";

const since = new Date("2026-11-24T12:00:00Z");
const message = (sid: string, secondsAfter: number, body = "Hello") => ({
  sid,
  status: "queued",
  body,
  createdAt: new Date(since.getTime() + secondsAfter * 1000),
});
const wanted = { body: "Hello", since, others: [] };

Deno.test("findSent() finds the text that was created since the attempt began, clocks apart", () => {
  assert.equal(findSent([message("SM1", 2)], wanted)?.sid, "SM1");
  assert.equal(findSent([message("SM1", -20)], wanted)?.sid, "SM1");
});

Deno.test("findSent() doesn't take another message for it: older, with another text, or known to be another", () => {
  assert.equal(findSent([message("SM1", -31)], wanted), null);
  assert.equal(findSent([message("SM1", 2, "Hello again")], wanted), null);
  assert.equal(findSent([message("SM1", 2)], { ...wanted, others: ["SM1"] }), null);
});

Deno.test("findSent() sees through the sentence that trial accounts put in front", () => {
  const trial = message("SM1", 2, "Sent from your Twilio trial account - Hello");
  assert.equal(findSent([trial], wanted)?.sid, "SM1");
});
