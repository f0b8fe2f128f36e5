import assert from "node:assert/strict";
import { addDays, daysBetween, isoWeekday, localDate, todayIn } from "./local_date.ts";

Deno.test("localDate() refuses days that the calendar does not have", () => {
  assert.equal(localDate(2028, 2, 29), "2028-02-29");
  assert.equal(localDate(2027, 2, 29), null);
  assert.equal(localDate(2027, 13, 1), null);
});

Deno.test("todayIn() is the day on the wall there, not in UTC", () => {
  const now = new Date("2026-11-21T03:00:00Z");
  assert.equal(todayIn("America/New_York", now), "2026-11-20");
  assert.equal(todayIn("Europe/London", now), "2026-11-21");
  assert.equal(todayIn("Pacific/Auckland", now), "2026-11-21");
});

Deno.test("addDays() and daysBetween() agree across a change of clocks", () => {
  assert.equal(addDays("2026-10-31", 2), "2026-11-02");
  assert.equal(daysBetween("2026-10-31", "2026-11-02"), 2);
  assert.equal(isoWeekday("2026-11-22"), 7);
});
