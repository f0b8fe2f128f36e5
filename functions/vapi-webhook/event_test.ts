import assert from "node:assert/strict";
import { isStorable } from "../../shared/json.ts";
import { eventOf, isToolCall, messageOf } from "./event.ts";

Deno.test("eventOf() keeps type, status, times, reason and cost, and nothing else", () => {
  assert.deepEqual(
    eventOf({
      type: "status-update",
      status: "ended",
      startedAt: "2026-01-05T09:00:00Z",
      endedAt: "2026-01-05T09:01:00+01:00",
      endedReason: "customer-ended-call",
      cost: 0.07,
      transcript: "secret words",
      customer: { number: "+15551230001" },
    }),
    {
      type: "status-update",
      status: "ended",
      startedAt: "2026-01-05T09:00:00.000Z",
      endedAt: "2026-01-05T08:01:00.000Z",
      endedReason: "customer-ended-call",
      cost: 0.07,
    },
  );
});

Deno.test("eventOf() takes an end-of-call-report for the end, whatever its status says", () => {
  assert.equal(eventOf({ type: "end-of-call-report", status: "in-progress" }).status, "ended");
});

Deno.test("eventOf() leaves out what Postgres can't keep", () => {
  const bad = ["a\0b", "\ud800", "", 5, null, {}];
  for (const value of bad) {
    assert.deepEqual(eventOf({ type: "x", status: value, endedReason: value, startedAt: value }), {
      type: "x",
    });
  }
  for (const endedAt of ["+020000-01-01T00:00:00Z", "-000001-01-01T00:00:00Z", "yesterday"]) {
    assert.deepEqual(eventOf({ type: "x", endedAt }), { type: "x" });
  }
});

Deno.test("eventOf() never cuts a character in half", () => {
  const event = eventOf({ type: "t".repeat(63) + "👍", endedReason: "r".repeat(199) + "👍" });
  assert.equal(event.type, "t".repeat(63));
  assert.ok(isStorable(String(event.endedReason)));
});

Deno.test("isToolCall() takes what has no type, or that of a tool call", () => {
  for (const type of ["tool-calls", "function-call", undefined, 5]) {
    assert.ok(isToolCall(messageOf({ message: type === undefined ? {} : { type } })));
  }
  assert.ok(!isToolCall({ type: "status-update" }));
  assert.deepEqual(messageOf([]), {});
});
