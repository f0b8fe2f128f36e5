import assert from "node:assert/strict";
import { type GoogleDouble, startGoogleDouble } from "../../scripts/local/google/mod.ts";
import { readIntegrations } from "../env/integrations.ts";
import { ServiceError } from "../http/errors.ts";
import { createGoogleCalendar, type GoogleCalendar } from "./client.ts";

const calendarId = "clinic@group.calendar.google.com";
const ref = { calendarId, eventId: "0123456789abcdef" };
const event = {
  summary: "Visit",
  description: "Booked by phone",
  location: "",
  startsAt: "2026-11-24T15:00:00+00:00",
  endsAt: "2026-11-24T15:30:00+00:00",
  timezone: "America/New_York",
};
const day = { from: "2026-11-24T00:00:00Z", until: "2026-11-25T00:00:00Z" };

interface Setup {
  google: GoogleCalendar;
  double: GoogleDouble;
  /** Moves the client's clock. */
  clock: { now: number };
}

async function withGoogle(test: (setup: Setup) => Promise<void>): Promise<void> {
  const double = await startGoogleDouble();
  try {
    const { google } = readIntegrations(double.env);
    assert.ok(google);
    const clock = { now: Date.now() };
    double.share(calendarId);
    await test({ google: createGoogleCalendar(google, { now: () => clock.now }), double, clock });
  } finally {
    await double.close();
  }
}

const code = (expected: string) => (error: unknown) =>
  error instanceof ServiceError && error.code === expected;

Deno.test("insert() makes one event of a repeated request", async () => {
  await withGoogle(async ({ google, double }) => {
    assert.equal(await google.insert(ref, event), "inserted");
    assert.equal(await google.insert(ref, event), "exists");
    assert.equal(double.eventsOf(calendarId).length, 1);
  });
});

Deno.test("patch() changes an event, revives a deleted one, and tells a missing one", async () => {
  await withGoogle(async ({ google, double }) => {
    assert.equal(await google.patch(ref, event), "missing");
    await google.insert(ref, event);
    assert.equal(await google.patch(ref, { ...event, summary: "Moved" }), "patched");
    await google.remove(ref);
    assert.equal(double.eventsOf(calendarId).length, 0);
    assert.equal(await google.insert(ref, event), "exists", "the id stays taken");
    assert.equal(await google.patch(ref, event), "patched");
    assert.deepEqual(double.eventsOf(calendarId).map(({ summary }) => summary), ["Visit"]);
  });
});

Deno.test("remove() resolves where there is nothing to remove", async () => {
  await withGoogle(async ({ google }) => {
    await google.remove(ref);
    await google.insert(ref, event);
    await google.remove(ref);
    await google.remove(ref);
    await google.remove({ ...ref, calendarId: "unknown@example.com" });
  });
});

Deno.test("isTaken() sees other people's entries and not our copies", async () => {
  await withGoogle(async ({ google, double }) => {
    await google.insert(ref, event);
    assert.equal(await google.isTaken(calendarId, day), false);
    double.share(calendarId).insert({
      start: { dateTime: "2026-11-24T12:00:00Z" },
      end: { dateTime: "2026-11-24T13:00:00Z" },
    });
    assert.equal(await google.isTaken(calendarId, day), true);
    const span = { from: event.startsAt, until: event.endsAt };
    assert.equal(await google.isTaken(calendarId, span), false);
  });
});

Deno.test("freeBusy() returns null for a calendar that isn't shared", async () => {
  await withGoogle(async ({ google }) => {
    await google.insert(ref, event);
    const busy = await google.freeBusy([calendarId, "hidden@example.com"], day);
    assert.deepEqual([...busy], [
      [calendarId, [{ start: "2026-11-24T15:00:00.000Z", end: "2026-11-24T15:30:00.000Z" }]],
      ["hidden@example.com", null],
    ]);
  });
});

Deno.test("a token is requested once, however many wait for it, and again a minute before it ends", async () => {
  await withGoogle(async ({ google, double, clock }) => {
    const requests = () => double.requests.matching("POST /token").length;
    await Promise.all([1, 2, 3].map(() => google.freeBusy([calendarId], day)));
    assert.equal(requests(), 1);
    clock.now += 58 * 60_000;
    await google.freeBusy([calendarId], day);
    assert.equal(requests(), 1);
    clock.now += 2 * 60_000;
    await google.freeBusy([calendarId], day);
    assert.equal(requests(), 2);
  });
});

Deno.test("a rejected token is forgotten", async () => {
  await withGoogle(async ({ google, double }) => {
    await google.freeBusy([calendarId], day);
    double.revokeTokens();
    await assert.rejects(google.freeBusy([calendarId], day), code("google_authError"));
    await google.freeBusy([calendarId], day);
  });
});

Deno.test("reasons are Google's, and its limits are retryable although they come as 403", async () => {
  await withGoogle(async ({ google, double }) => {
    const unknown = { ...ref, calendarId: "unknown@example.com" };
    await assert.rejects(google.insert(unknown, event), code("google_notFound"));
    await assert.rejects(
      google.insert(ref, { ...event, endsAt: event.startsAt }),
      code("google_timeRangeEmpty"),
    );
    double.faults.next("POST /calendar/v3/freeBusy", { status: 403 });
    await assert.rejects(
      google.freeBusy([calendarId], day),
      (error) => error instanceof ServiceError && error.retryable,
    );
  });
});

Deno.test("an assertion that Google doesn't accept is refused by name", async () => {
  const [double, other] = await Promise.all([startGoogleDouble(), startGoogleDouble()]);
  try {
    const { google } = readIntegrations(double.env);
    const { google: stranger } = readIntegrations(other.env);
    assert.ok(google && stranger);
    const forged = createGoogleCalendar({ ...google, privateKey: stranger.privateKey });
    await assert.rejects(forged.freeBusy([calendarId], day), code("google_invalid_grant"));
  } finally {
    await Promise.all([double.close(), other.close()]);
  }
});
