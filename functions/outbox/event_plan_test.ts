import assert from "node:assert/strict";
import { planEvent } from "./event_plan.ts";

const event = {
  googleCalendarId: "a",
  summary: "Visit: Test Patient",
  description: "Booked by phone",
  location: "",
  startsAt: "2026-11-24T15:00:00+00:00",
  endsAt: "2026-11-24T15:30:00+00:00",
  timezone: "America/New_York",
};
const moved = {
  ...event,
  startsAt: "2026-11-24T16:00:00+00:00",
  endsAt: "2026-11-24T16:30:00+00:00",
};
const copy = (googleCalendarId: string, written: typeof event | null) => ({
  googleCalendarId,
  written,
});

Deno.test("planEvent() does nothing if nothing is wanted and nothing exists", () => {
  assert.deepEqual(planEvent({ wanted: null, copies: [] }), []);
});

Deno.test("planEvent() inserts what was never confirmed to be there, and looks for a clash", () => {
  const insert = [{ action: "insert", event, checkClash: true }];
  assert.deepEqual(planEvent({ wanted: event, copies: [] }), insert);
  assert.deepEqual(planEvent({ wanted: event, copies: [copy("a", null)] }), insert);
});

Deno.test("planEvent() leaves alone what is as wanted, however its times are written", () => {
  const written = { ...event, startsAt: "2026-11-24T10:00:00-05:00" };
  assert.deepEqual(planEvent({ wanted: event, copies: [copy("a", written)] }), []);
});

Deno.test("planEvent() patches what differs, and looks for a clash only if the time does", () => {
  assert.deepEqual(planEvent({ wanted: moved, copies: [copy("a", event)] }), [
    { action: "patch", event: moved, checkClash: true },
  ]);
  const renamed = { ...event, summary: "Visit: Other Patient" };
  assert.deepEqual(planEvent({ wanted: renamed, copies: [copy("a", event)] }), [
    { action: "patch", event: renamed, checkClash: false },
  ]);
});

Deno.test("planEvent() removes every copy, certain or not, that isn't wanted where it is", () => {
  const copies = [copy("a", event), copy("b", null)];
  assert.deepEqual(planEvent({ wanted: null, copies }), [
    { action: "remove", calendarId: "a" },
    { action: "remove", calendarId: "b" },
  ]);
  const wanted = { ...event, googleCalendarId: "c" };
  assert.deepEqual(planEvent({ wanted, copies }), [
    { action: "remove", calendarId: "a" },
    { action: "remove", calendarId: "b" },
    { action: "insert", event: wanted, checkClash: true },
  ]);
});
