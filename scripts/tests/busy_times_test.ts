/** Google's busy times count in answers and in bookings, and its absence stops nobody. */
import assert from "node:assert/strict";
import { createDb, type Db } from "../../shared/db.ts";
import { type BusyContext, refreshBusyTimes } from "../../shared/google/busy.ts";
import type { JsonObject } from "../../shared/json.ts";
import { createLogger } from "../../shared/log.ts";
import { readIntegrations } from "../../shared/env/integrations.ts";
import { addDays } from "../../shared/tools/local_date.ts";
import { changeVisits } from "./support/change_visits.ts";
import { Clinic } from "./support/clinic.ts";
import { freeTimes } from "./support/free_times.ts";
import { type OutboxClinic, outboxWorld } from "./support/outbox_world.ts";

const world = outboxWorld();
const FREE_BUSY = "POST /calendar/v3/freeBusy";

type ConnectedClinic = { clinic: OutboxClinic; calls: Clinic; googleId: string };

/** A clinic in UTC with a connected calendar, open all week; the functions that read the calendar have been called before. */
async function connectedClinic(): Promise<ConnectedClinic> {
  await (warm ??= warmUp());
  return await connect();
}

let warm: Promise<void> | undefined;

/** On a slow machine a function's first request to Google takes longer than a caller may have to wait for it. */
async function warmUp(): Promise<void> {
  const { calls } = await connect();
  await calls.call("checkAvailability", { date: calls.day() });
  await calls.call("bookClinicAppointment", booking(calls.day(), "10:00"));
}

async function connect(): Promise<ConnectedClinic> {
  const clinic = await world.clinic({ timezone: "UTC" });
  const googleId = `${clinic.id}@group.calendar.google.com`;
  await world.stack
    .sql`update calendars set google_calendar_id = ${googleId} where org_id = ${clinic.id}`;
  world.google.share(googleId);
  return { clinic, calls: new Clinic(world.stack, clinic.id, "UTC"), googleId };
}

/** Somebody enters something in Google. */
function block(googleId: string, date: string, from: string, until: string): void {
  world.google.share(googleId).insert({
    start: { dateTime: `${date}T${from}:00Z` },
    end: { dateTime: `${date}T${until}:00Z` },
  });
}

/** Makes the cached busy times this old. */
async function age(seconds: number): Promise<void> {
  await world.stack
    .sql`update calendar_busy set fetched_at = now() - make_interval(secs => ${seconds})`;
}

function booking(date: string, time: string): JsonObject {
  return {
    patientName: "Test Patient",
    patientPhone: "+15550100002",
    appointmentDate: date,
    appointmentTime: time,
  };
}

async function slots(calls: Clinic, date: string): Promise<string[]> {
  const { result } = await calls.call("checkAvailability", { date });
  return freeTimes(result);
}

Deno.test("a time that is busy in Google is not offered, and the next one is", async () => {
  const { calls, googleId } = await connectedClinic();
  const date = calls.day();
  block(googleId, date, "10:00", "11:00");
  const offered = await slots(calls, date);
  assert.ok(offered.includes("09:30") && offered.includes("11:00"));
  assert.ok(!offered.includes("09:45") && !offered.includes("10:00") && !offered.includes("10:45"));
});

Deno.test("within a minute Google is asked once, however many callers ask about whichever week", async () => {
  const { calls } = await connectedClinic();
  const mark = world.google.requests.seq;
  const tuesday = calls.day(2, 1);
  await slots(calls, tuesday);
  await slots(calls, addDays(tuesday, 1));
  await slots(calls, addDays(tuesday, 7));
  assert.equal(
    world.google.requests.matching(FREE_BUSY, mark).length,
    2,
    "the second covers more weeks",
  );
  await slots(calls, tuesday);
  assert.equal(world.google.requests.matching(FREE_BUSY, mark).length, 2);
  await age(61);
  await slots(calls, tuesday);
  assert.equal(world.google.requests.matching(FREE_BUSY, mark).length, 3);
});

Deno.test("what was entered in Google after the offer is seen before the booking", async () => {
  const { calls, googleId } = await connectedClinic();
  const date = calls.day();
  assert.ok((await slots(calls, date)).includes("14:00"));
  block(googleId, date, "14:00", "14:30");
  await age(11);
  const { result } = await calls.call("bookClinicAppointment", booking(date, "14:00"));
  assert.equal(result["success"], false);
  assert.equal(result["code"], "slot_taken");
});

Deno.test("our own copies are not busy times: a visit can be moved into its own time, and a freed slot is free", async () => {
  const { clinic, calls } = await connectedClinic();
  const date = calls.day();
  const { result } = await calls.call("bookClinicAppointment", booking(date, "10:00"));
  assert.equal(result["success"], true, JSON.stringify(result));
  await world.drain();
  await age(61);
  assert.ok(!(await slots(calls, date)).includes("10:00"));

  await changeVisits(
    world.stack.sql,
    (sql) => sql`update appointments set state = 'cancelled' where org_id = ${clinic.id}`,
  );
  assert.ok((await slots(calls, date)).includes("10:00"), "before the event is removed");
});

Deno.test("if Google can't be asked, what was known counts for a day, and then bookings go on without it", async () => {
  const { calls, googleId } = await connectedClinic();
  const date = calls.day();
  block(googleId, date, "10:00", "11:00");
  await slots(calls, date);
  for (const fault of ["dropped", { status: 503 }] as const) {
    await age(3_600);
    world.google.faults.next(FREE_BUSY, fault);
    assert.ok(!(await slots(calls, date)).includes("10:00"));
  }
  await age(90_000);
  world.google.faults.next(FREE_BUSY, "dropped");
  assert.ok((await slots(calls, date)).includes("10:00"));
});

Deno.test("a booking made while Google was away clashes later, and the clinic is told", async () => {
  const { clinic, calls, googleId } = await connectedClinic();
  const alertEmail = `${crypto.randomUUID()}@clinic.example.com`;
  await world.stack
    .sql`update organizations set alert_email = ${alertEmail} where id = ${clinic.id}`;
  const date = calls.day();
  block(googleId, date, "10:00", "11:00");
  world.google.faults.next(FREE_BUSY, "dropped");
  const { result } = await calls.call("bookClinicAppointment", booking(date, "10:00"));
  assert.equal(result["success"], true);
  await world.drain();
  assert.equal(world.resend.emailsTo(alertEmail).length, 1);
});

Deno.test("a calendar that isn't shared hides its own busy times only", async () => {
  const { clinic, calls, googleId } = await connectedClinic();
  await world.stack.sql`update calendars set name = 'Dr. Visible' where org_id = ${clinic.id}`;
  await world.stack.sql`
    insert into calendars (org_id, name, google_calendar_id)
    values (${clinic.id}, 'Dr. Hidden', 'hidden@example.com')`;
  const date = calls.day();
  block(googleId, date, "10:00", "11:00");
  const { result } = await calls.call("checkAvailability", {
    date,
    time: "10:00",
    provider: "Dr. Visible",
  });
  assert.equal(result["available"], false);
});

Deno.test("refreshBusyTimes() gives up before the services' own time limit, also while waiting for a token", async () => {
  const { clinic, calls } = await connectedClinic();
  for (const hanging of ["POST /token", FREE_BUSY]) {
    world.google.faults.next(hanging, "timeout-before-effect");
    const context = contextOf(clinic.id);
    const request = { date: calls.day(), maxAgeSeconds: 10 };
    assert.equal(await refreshBusyTimes(context, request), "unavailable");
    assert.match(context.logged.join(), /"code":"aborted"/);
  }
});

Deno.test("refreshBusyTimes() asks nobody where nothing is connected", async () => {
  const clinic = await world.clinic();
  const mark = world.google.requests.seq;
  const context = contextOf(clinic.id);
  const request = { date: "2030-01-07", maxAgeSeconds: 10 };
  assert.equal(await refreshBusyTimes(context, request), "not_connected");
  assert.equal(await refreshBusyTimes(context, request), "not_connected");
  assert.deepEqual(context.rpcs, ["stale_busy_times"], "remembered for a minute");
  const withoutGoogle = { ...context, env: {} };
  assert.equal(await refreshBusyTimes(withoutGoogle, request), "not_connected");
  assert.equal(world.google.requests.since(mark).length, 0);
});

/** A tool's context, with the names of the SQL functions that were called through it, and what was logged. */
function contextOf(orgId: string): BusyContext & { rpcs: string[]; logged: string[] } {
  const db = createDb({ url: world.stack.apiUrl, key: world.stack.secretKey });
  const rpcs: string[] = [];
  const logged: string[] = [];
  const counting: Db = {
    rpc(fn, args, options) {
      rpcs.push(fn);
      return db.rpc(fn, args, options);
    },
  };
  return {
    env: readIntegrations(world.google.env),
    db: counting,
    log: createLogger("test", {}, { write: (_level, line) => logged.push(line) }),
    org: () => Promise.resolve({ orgId }),
    call: { callId: null, sessionId: null, chatId: null },
    rpcs,
    logged,
  };
}
