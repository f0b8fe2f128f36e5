import assert from "node:assert/strict";
import { dayRange } from "./day.ts";

Deno.test("dayRange() is the clinic's day: on days of a clock change it has 23 or 25 hours", () => {
  const days: [string, string, string, string][] = [
    ["2026-11-24", "America/New_York", "2026-11-24T05:00:00.000Z", "2026-11-25T05:00:00.000Z"],
    ["2026-11-01", "America/New_York", "2026-11-01T04:00:00.000Z", "2026-11-02T05:00:00.000Z"],
    ["2026-03-29", "Europe/London", "2026-03-29T00:00:00.000Z", "2026-03-29T23:00:00.000Z"],
    ["2026-11-24", "Asia/Kathmandu", "2026-11-23T18:15:00.000Z", "2026-11-24T18:15:00.000Z"],
    ["2026-11-24", "Pacific/Kiritimati", "2026-11-23T10:00:00.000Z", "2026-11-24T10:00:00.000Z"],
  ];
  for (const [day, timezone, from, until] of days) {
    assert.deepEqual(dayRange(day, timezone), { from, until }, `${day} ${timezone}`);
  }
});

Deno.test("dayRange() begins where the day does, though the clock skips midnight or shows it twice", () => {
  // At 00:00 on that day it becomes 01:00.
  assert.equal(dayRange("2026-04-24", "Africa/Cairo").from, "2026-04-23T22:00:00.000Z");
  // At 24:00 on the day before it becomes 23:00 again.
  assert.equal(dayRange("2026-10-30", "Africa/Cairo").from, "2026-10-29T22:00:00.000Z");
});
