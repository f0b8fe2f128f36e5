import assert from "node:assert/strict";
import { delayUntilDue } from "./schedule.ts";

const now = new Date("2026-02-27T23:59:30Z");
const due = (schedule: string) =>
  new Date(now.getTime() + delayUntilDue(schedule, now)).toISOString();

Deno.test("delayUntilDue() counts an interval of seconds from now", () => {
  assert.equal(delayUntilDue("10 seconds", now), 10_000);
  assert.equal(delayUntilDue("1 second", now), 1000);
});

Deno.test("delayUntilDue() reads five fields in GMT", () => {
  assert.equal(due("* * * * *"), "2026-02-28T00:00:00.000Z");
  assert.equal(due("*/5 * * * *"), "2026-02-28T00:00:00.000Z");
  assert.equal(due("17 3 * * *"), "2026-02-28T03:17:00.000Z");
  assert.equal(due("30 4 * * 1-5"), "2026-03-02T04:30:00.000Z");
  assert.equal(due("@hourly"), "2026-02-28T00:00:00.000Z");
});

Deno.test("delayUntilDue() takes $ as the last day of the month", () => {
  assert.equal(due("0 12 $ * *"), "2026-02-28T12:00:00.000Z");
});

Deno.test("delayUntilDue() is at most as long as a timer can wait", () => {
  assert.equal(delayUntilDue("0 0 1 2 *", now), 2 ** 31 - 1);
});

Deno.test("delayUntilDue() throws for an invalid schedule", () => {
  assert.throws(() => delayUntilDue("sometimes", now), TypeError);
});
