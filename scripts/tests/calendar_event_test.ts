/** The copy of an appointment at Google follows the appointment, through crashes and clashes. */
import assert from "node:assert/strict";
import { eventIdOf } from "../../functions/outbox/calendar_event.ts";
import { changeVisits } from "./support/change_visits.ts";
import { connectedVisits, googleIdOf } from "./support/connected_visits.ts";
import { eventually } from "./support/eventually.ts";
import { outboxWorld } from "./support/outbox_world.ts";
import { crash } from "./support/world.ts";

const world = outboxWorld();
const EVENTS = "* /calendar/v3/calendars/:id/events";
const EVENT = "* /calendar/v3/calendars/:id/events/:event";

const { connectedClinic, book, copy, move, cancel } = connectedVisits(world);

Deno.test("a confirmed appointment is one event, with the times of the visit", async () => {
  const clinic = await connectedClinic();
  const { id, startsAt } = await book(clinic);
  await world.drain();
  const [event, ...others] = world.google.eventsOf(googleIdOf(clinic));
  assert.equal(others.length, 0);
  assert.equal(event?.id, eventIdOf(id));
  assert.equal(event?.summary, "Appointment: Test Patient");
  assert.equal(Date.parse(event?.start.dateTime ?? ""), startsAt.getTime());
  assert.equal(event?.start.timeZone, "America/New_York");
  assert.deepEqual((await clinic.job(`calendar:${id}`)).result, { status: "written" });
});

Deno.test("the event says where the visit is, also once the clinic or its provider has moved", async () => {
  const clinic = await connectedClinic();
  const { sql } = world.stack;
  const seen = async () => {
    await world.drain();
    return world.google.eventsOf(googleIdOf(clinic)).map(({ location }) => location);
  };
  await book(clinic);
  assert.deepEqual(await seen(), [""]);
  await sql`update organizations set address = '1 First St' where id = ${clinic.id}`;
  assert.deepEqual(await seen(), ["1 First St"]);
  await sql`insert into locations (org_id, name, address) values (${clinic.id}, 'Downtown', '12 Main St')`;
  await sql`
    update calendars set location_id = (select id from locations where org_id = ${clinic.id}) where org_id = ${clinic.id}`;
  assert.deepEqual(await seen(), ["12 Main St"]);
  await sql`update locations set address = '14 Main St' where org_id = ${clinic.id}`;
  assert.deepEqual(await seen(), ["14 Main St"]);
});

Deno.test("the event moves with the appointment, and what staff added to it stays", async () => {
  const clinic = await connectedClinic();
  const { id, startsAt } = await book(clinic);
  await world.drain();
  world.google.share(googleIdOf(clinic)).patch(eventIdOf(id), { colorId: "11" });
  await move(clinic, id, 2);
  await world.drain();
  const [event] = world.google.eventsOf(googleIdOf(clinic));
  assert.equal(Date.parse(event?.start.dateTime ?? ""), startsAt.getTime() + 2 * 3_600_000);
  assert.equal(event?.colorId, "11");
});

Deno.test("the event changes calendars with the appointment", async () => {
  const clinic = await connectedClinic();
  const { id } = await book(clinic);
  await world.drain();
  await changeVisits(world.stack.sql, (sql) =>
    sql`
    update appointments set calendar_id =
      (select id from calendars where org_id = ${clinic.id} and name = 'Second') where id = ${id}`);
  await copy(clinic, id);
  await world.drain();
  assert.equal(world.google.eventsOf(googleIdOf(clinic)).length, 0);
  assert.equal(world.google.eventsOf(googleIdOf(clinic, "Second")).length, 1);
});

Deno.test("the event leaves a calendar when the visit moves to one that isn't connected", async () => {
  const clinic = await connectedClinic();
  const { id } = await book(clinic);
  await world.drain();
  await world.stack.sql`
    update calendars set google_calendar_id = null where org_id = ${clinic.id} and name = 'Second'`;
  await changeVisits(world.stack.sql, (sql) =>
    sql`
    update appointments set calendar_id =
      (select id from calendars where org_id = ${clinic.id} and name = 'Second') where id = ${id}`);
  const [told] = await world.stack.sql<{ answer: string }[]>`
    select private.copy_to_calendar(moved, '{"channels": {"calendar": true}}') as answer
    from appointments moved where id = ${id}`;
  assert.equal(told?.answer, "not_configured");
  await world.drain();
  assert.equal(world.google.eventsOf(googleIdOf(clinic)).length, 0);
});

Deno.test("a cancelled appointment has no event, also where the event was never there or is gone already", async () => {
  const clinic = await connectedClinic();
  const [one, two, three] = [await book(clinic, 3), await book(clinic, 4), await book(clinic, 5)];
  await cancel(clinic, two.id);
  await world.drain();
  world.google.share(googleIdOf(clinic)).remove(eventIdOf(three.id));
  await cancel(clinic, one.id);
  await cancel(clinic, three.id);
  await world.drain();
  assert.equal(world.google.eventsOf(googleIdOf(clinic)).length, 0);
  for (const { id } of [one, two, three]) {
    assert.equal((await clinic.job(`calendar:${id}`)).status, "succeeded");
  }
});

Deno.test("an unchanged appointment costs no request", async () => {
  const clinic = await connectedClinic();
  const { id } = await book(clinic);
  await world.drain();
  const mark = world.google.requests.seq;
  await copy(clinic, id);
  await world.drain();
  assert.equal(world.google.requests.since(mark).length, 0);
  assert.deepEqual((await clinic.job(`calendar:${id}`)).result, { status: "unchanged" });
});

Deno.test("killed or cut off while the event is written: one event in the end", async () => {
  const faults = ["timeout-before-effect", "timeout-after-effect"] as const;
  for (const fault of faults) {
    const clinic = await connectedClinic();
    const mark = world.google.requests.seq;
    world.google.faults.next(
      ({ method, path }) => method === "POST" && path.endsWith("/events"),
      fault,
    );
    const { id } = await book(clinic);
    await eventually(
      "the event is being written",
      () => world.google.requests.matching(EVENTS, mark).some(({ method }) => method === "POST"),
    );
    await crash(world.stack, "outbox");
    await world.drain();
    assert.equal(world.google.eventsOf(googleIdOf(clinic)).length, 1, fault);
    assert.equal((await clinic.job(`calendar:${id}`)).status, "succeeded");
  }
  for (const fault of ["lost-answer", "dropped", { status: 503, afterEffect: true }] as const) {
    const clinic = await connectedClinic();
    world.google.faults.next(
      ({ method, path }) => method === "POST" && path.endsWith("/events"),
      fault,
    );
    await book(clinic);
    await world.drain();
    await world.skipWaiting();
    await world.drain();
    assert.equal(world.google.eventsOf(googleIdOf(clinic)).length, 1);
  }
});

Deno.test("an event that was made by a worker that died is removed when the appointment is cancelled", async () => {
  const clinic = await connectedClinic();
  world.google.faults.next(
    ({ method, path }) => method === "POST" && path.endsWith("/events"),
    "lost-answer",
  );
  const { id } = await book(clinic);
  await world.drain();
  assert.equal(world.google.eventsOf(googleIdOf(clinic)).length, 1);
  await cancel(clinic, id);
  await world.drain();
  assert.equal(world.google.eventsOf(googleIdOf(clinic)).length, 0);
});

Deno.test("an appointment that is confirmed again gets its event back, under its old id", async () => {
  const clinic = await connectedClinic();
  const { id } = await book(clinic);
  await world.drain();
  await cancel(clinic, id);
  await world.drain();
  await changeVisits(
    world.stack.sql,
    (sql) => sql`update appointments set state = 'confirmed' where id = ${id}`,
  );
  await copy(clinic, id);
  await world.drain();
  assert.deepEqual(world.google.eventsOf(googleIdOf(clinic)).map((event) => event.id), [
    eventIdOf(id),
  ]);
});

Deno.test("somebody else's entry at that time: the event is written, and the clinic is told once", async () => {
  const alertEmail = `clash-${crypto.randomUUID()}@clinic.example.com`;
  const clinic = await connectedClinic({ alertEmail });
  await world.quiet();
  const { id, startsAt } = await book(clinic);
  world.google.share(googleIdOf(clinic)).insert({
    summary: "Private",
    start: { dateTime: new Date(startsAt.getTime() + 600_000).toISOString() },
    end: { dateTime: new Date(startsAt.getTime() + 1_200_000).toISOString() },
  });
  world.stack.net.resume();
  await world.drain();
  assert.equal(world.google.eventsOf(googleIdOf(clinic)).length, 2);
  const [mail, ...others] = world.resend.emailsTo(alertEmail);
  assert.equal(others.length, 0);
  assert.match(mail?.text ?? "", new RegExp(id));
  assert.doesNotMatch(mail?.text ?? "", /Test Patient|Private/);

  await copy(clinic, id);
  await world.drain();
  assert.equal(world.resend.emailsTo(alertEmail).length, 1);
});

Deno.test("a clash at a clinic without an address is told to the administrator", async () => {
  const clinic = await connectedClinic();
  await world.quiet();
  const { startsAt } = await book(clinic);
  world.google.share(googleIdOf(clinic)).insert({
    start: { dateTime: startsAt.toISOString() },
    end: { dateTime: new Date(startsAt.getTime() + 600_000).toISOString() },
  });
  world.stack.net.resume();
  await world.drain();
  const mails = world.resend.emailsTo("operator@platform.example.com")
    .filter(({ text }) => text.includes(clinic.name));
  assert.equal(mails.length, 1);
  assert.match(mails[0]?.text ?? "", /calendar_clash/);
});

Deno.test("entries that block no time, and copies of other appointments, are no clash", async () => {
  const clinic = await connectedClinic();
  const { id, startsAt } = await book(clinic);
  await world.drain();
  world.google.share(googleIdOf(clinic)).insert({
    transparency: "transparent",
    start: { dateTime: new Date(startsAt.getTime() + 7_200_000).toISOString() },
    end: { dateTime: new Date(startsAt.getTime() + 9_000_000).toISOString() },
  });
  await move(clinic, id, 2);
  await world.drain();
  assert.deepEqual((await clinic.job(`calendar:${id}`)).result, { status: "written" });
});

Deno.test("a calendar that isn't shared is tried again, and works once it is", async () => {
  const clinic = await connectedClinic();
  world.google.unshare(googleIdOf(clinic));
  const { id } = await book(clinic);
  await world.drain();
  const job = await clinic.job(`calendar:${id}`);
  assert.deepEqual([job.status, job.last_error?.code], ["pending", "google_notFound"]);
  world.google.share(googleIdOf(clinic));
  await world.skipWaiting();
  await world.drain();
  assert.equal(world.google.eventsOf(googleIdOf(clinic)).length, 1);
});

Deno.test("a token that Google takes back is replaced by the next attempt", async () => {
  const clinic = await connectedClinic();
  await book(clinic);
  await world.drain();
  world.google.revokeTokens();
  await book(clinic, 4);
  await world.drain();
  await world.skipWaiting();
  await world.drain();
  assert.equal(world.google.eventsOf(googleIdOf(clinic)).length, 2);
});

Deno.test("Google's passing limit, sent as 403, is waited out", async () => {
  const clinic = await connectedClinic();
  world.google.faults.next(EVENTS, { status: 403 });
  const { id } = await book(clinic);
  await world.drain();
  assert.equal((await clinic.job(`calendar:${id}`)).last_error?.code, "google_rateLimitExceeded");
  await world.skipWaiting();
  await world.drain();
  assert.equal(world.google.requests.matching(EVENT).length > 0, true);
  assert.equal(world.google.eventsOf(googleIdOf(clinic)).length, 1);
});
