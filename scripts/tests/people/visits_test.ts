/** What the staff do with visits, and that nothing else changes them, with doubles of Google and Twilio. */
import assert from "node:assert/strict";
import { isJsonObject, type JsonObject } from "../../../shared/json.ts";
import { addDays, isoWeekday, todayIn } from "../../../shared/tools/local_date.ts";
import { changeVisits } from "../support/change_visits.ts";
import { outboxWorld } from "../support/outbox_world.ts";
import { Person } from "../support/person.ts";

const world = outboxWorld();
const PATIENT = { p_patient_name: "Test Patient", p_patient_phone: "+15557390101" };

interface Staffed {
  orgId: string;
  member: Person;
  googleId: string;
  /** A weekday ahead. */
  date: string;
}

async function staffed(): Promise<Staffed> {
  const { stack, google } = world;
  const member = await Person.signUp(stack);
  const orgId = await member.founds();
  const googleId = `${orgId}@group.calendar.google.com`;
  google.share(googleId);
  await member.rest("PATCH", `calendars?org_id=eq.${orgId}`, { google_calendar_id: googleId });
  // From here on a member is enough. Texts are due at any hour.
  await stack.sql`update members set role = 'member' where org_id = ${orgId}`;
  await stack.sql`
    update sms_policies set quiet_from = '00:00', quiet_until = '00:00' where org_id = ${orgId}`;
  let day = addDays(todayIn("America/New_York", new Date()), 7);
  while (isoWeekday(day) > 5) day = addDays(day, 1);
  return { orgId, member, googleId, date: String(day) };
}

async function booked({ member, orgId, date }: Staffed, more: JsonObject = {}): Promise<string> {
  const answer = await member.does("book_appointment", {
    p_org_id: orgId,
    p_date: date,
    p_time: "10:00",
    ...PATIENT,
    ...more,
  });
  assert.equal(answer["success"], true, JSON.stringify(answer));
  return String(answer["appointmentId"]);
}

/** Kinds of the texts that were sent. */
async function texts(orgId: string): Promise<string[]> {
  const rows = await world.stack.sql<{ kind: string }[]>`
    select kind from sms_messages
    where org_id = ${orgId} and status in ('sent', 'delivered') order by created_at`;
  return rows.map(({ kind }) => kind);
}

Deno.test("the staff book, move and cancel a visit, and event and text follow each time", async () => {
  const clinic = await staffed();
  const { member, orgId, googleId, date } = clinic;
  const id = await booked(clinic);
  assert.equal(await booked(clinic), id, "asked again");
  await world.drain();
  assert.equal(world.google.eventsOf(googleId).length, 1);

  const at = { p_appointment_id: id, p_date: date, p_time: "11:00" };
  assert.equal((await member.does("move_appointment", at))["success"], true);
  await world.drain();
  const [event] = world.google.eventsOf(googleId);
  assert.match(event?.start.dateTime ?? "", /T1[56]:00/);

  const gone = await member.does("cancel_appointment", { p_appointment_id: id });
  assert.equal(gone["success"], true);
  await world.drain();
  assert.equal(world.google.eventsOf(googleId).length, 0);
  assert.deepEqual(await texts(orgId), ["confirmation", "change", "cancellation"]);

  const again = await member.does("cancel_appointment", { p_appointment_id: id });
  assert.equal(again["success"], false);
  assert.equal((await texts(orgId)).length, 3, "told once");
});

Deno.test("a time that is taken is refused with others, and free ones can be looked up", async () => {
  const clinic = await staffed();
  const { member, orgId, date } = clinic;
  await booked(clinic);
  const other = await member.does("book_appointment", {
    p_org_id: orgId,
    p_date: date,
    p_time: "10:15",
    ...PATIENT,
    p_patient_name: "Another Patient",
  });
  assert.equal(other["success"], false);
  assert.equal(other["code"], "slot_taken");
  const { body } = await member.rpc("find_slots", { p_org_id: orgId, p_from: date, p_until: date });
  assert.ok(Array.isArray(body));
  const times = body.filter(isJsonObject).map((slot) => slot["local_time"]);
  assert.ok(
    times.includes("09:30:00") && !times.includes("10:00:00") && !times.includes("10:15:00"),
  );
});

Deno.test("a visit changes calendars by move_appointment", async () => {
  const clinic = await staffed();
  const { member, orgId, googleId, date } = clinic;
  const id = await booked(clinic);
  const [second] = await world.stack.sql<{ id: string }[]>`
    insert into calendars (org_id, name) values (${orgId}, 'Second') returning id`;
  await world.drain();
  const answer = await member.does("move_appointment", {
    p_appointment_id: id,
    p_date: date,
    p_time: "10:00",
    p_calendar_id: second?.id ?? null,
  });
  assert.equal(answer["success"], true, JSON.stringify(answer));
  await world.drain();
  assert.equal(world.google.eventsOf(googleId).length, 0);
  const [row] = await member.rows(`appointments?id=eq.${id}&select=calendars(name)`);
  assert.deepEqual(row, { calendars: { name: "Second" } });
});

Deno.test("a visit that has begun is completed, or the patient did not come; one that has not is neither", async () => {
  const clinic = await staffed();
  const { member } = clinic;
  const id = await booked(clinic);
  const visit = { p_appointment_id: id };
  const refusal = { status: 400, code: "VT004" };
  const early = await member.isRefused(refusal, member.rpc("mark_no_show", visit));
  assert.match(String(early["details"]), /"p_appointment_id".+not begun yet/);
  const off = await booked(clinic, { p_time: "13:00" });
  await member.does("cancel_appointment", { p_appointment_id: off });
  const gone = member.rpc("complete_appointment", { p_appointment_id: off });
  assert.match(String((await member.isRefused(refusal, gone))["message"]), /was cancelled/);
  await changeVisits(world.stack.sql, (sql) =>
    sql`
    update appointments set starts_at = starts_at - interval '30 days', ends_at = ends_at - interval '30 days',
      busy = tstzrange(lower(busy) - interval '30 days', upper(busy) - interval '30 days')
    where id = ${id}`);
  assert.deepEqual(await member.does("mark_no_show", visit), {
    appointmentId: id,
    state: "no_show",
  });
  assert.deepEqual(await member.does("complete_appointment", visit), {
    appointmentId: id,
    state: "completed",
  });
  assert.equal((await member.does("cancel_appointment", visit))["success"], false);
});

Deno.test("nobody else's visit is changed, or told apart from none", async (test) => {
  const clinic = await staffed();
  const id = await booked(clinic);
  const stranger = await Person.signUp(world.stack);
  const notFound = { status: 404, code: "VT001" };
  const when = { p_date: clinic.date, p_time: "11:00" };
  for (
    const [rpc, more] of [
      ["move_appointment", when],
      ["cancel_appointment", {}],
      ["complete_appointment", {}],
      ["mark_no_show", {}],
    ] as const
  ) {
    await test.step(rpc, async () => {
      for (const visit of [id, crypto.randomUUID()]) {
        const error = await stranger.isRefused(
          notFound,
          stranger.rpc(rpc, { p_appointment_id: visit, ...more }),
        );
        assert.equal(error["message"], "There is no such appointment");
      }
    });
  }
  await test.step("book_appointment", async () => {
    await stranger.isRefused(
      { status: 403, code: "VT002" },
      stranger.rpc("book_appointment", { p_org_id: clinic.orgId, ...when, ...PATIENT }),
    );
  });
  await test.step("a calendar of another clinic", async () => {
    const [theirs] = await world.stack.sql<{ id: string }[]>`
      select id from calendars where org_id <> ${clinic.orgId} limit 1`;
    await clinic.member.isRefused(
      { status: 400, code: "VT004" },
      clinic.member.rpc("move_appointment", {
        p_appointment_id: id,
        ...when,
        p_calendar_id: theirs?.id ?? null,
      }),
    );
  });
});

Deno.test("SQL that changes a visit without what follows from it is refused, and says what to call", async (test) => {
  const clinic = await staffed();
  const id = await booked(clinic);
  const { sql } = world.stack;
  for (
    const [what, statement, expected] of [
      [
        "cancelling",
        "update appointments set state = 'cancelled' where id = $1",
        /cancel_appointment/,
      ],
      [
        "completing",
        "update appointments set state = 'completed' where id = $1",
        /complete_appointment/,
      ],
      [
        "moving",
        "update appointments set starts_at = starts_at - interval '1 minute' where id = $1",
        /move_appointment/,
      ],
      [
        "changing the calendar",
        "update appointments set calendar_id = gen_random_uuid() where id = $1",
        /move_appointment/,
      ],
      ["deleting", "delete from appointments where id = $1", /cancel_appointment/],
    ] as const
  ) {
    await test.step(what, async () => {
      await assert.rejects(sql.unsafe(statement, [id]), { code: "VT002", message: expected });
    });
  }
  await test.step("bringing a cancelled one back", async () => {
    await clinic.member.does("cancel_appointment", { p_appointment_id: id });
    await assert.rejects(sql`update appointments set state = 'confirmed' where id = ${id}`, {
      code: "VT002",
      message: /book another/,
    });
  });
  await test.step("what has no consequences is allowed, and so is deleting the clinic", async () => {
    await booked(clinic, { p_time: "15:00" });
    await sql`update appointments set notes = 'By hand' where org_id = ${clinic.orgId}`;
    await world.drain();
    await sql`delete from organizations where id = ${clinic.orgId}`;
  });
});

Deno.test("the staff book and move by the same rules: who does what, for how long, and how many a day", async () => {
  const clinic = await staffed();
  const { member, orgId, date } = clinic;
  const { sql } = world.stack;
  const [wu, filling] = [crypto.randomUUID(), crypto.randomUUID()];
  await sql`insert into calendars (id, org_id, name) values (${wu}, ${orgId}, 'Dr. Wu')`;
  await sql`
    insert into services (id, org_id, name, duration_minutes, for_patients) values (${filling}, ${orgId}, 'Filling', 30, 'returning')`;
  await sql`
    insert into calendar_services (org_id, calendar_id, service_id, duration_minutes) values (${orgId}, ${wu}, ${filling}, 90)`;

  const day = { p_org_id: orgId, p_from: date, p_until: date };
  const { body } = await member.rpc("find_slots", { ...day, p_service_id: filling });
  assert.ok(Array.isArray(body));
  const slots = body.filter(isJsonObject);
  assert.deepEqual(new Set(slots.map((slot) => slot["calendar_id"])), new Set([wu]));
  assert.equal(slots.at(-1)?.["local_time"], "15:30:00", "an hour and a half before the end");

  // They know their patients, and are not asked.
  const id = await booked(clinic, { p_service_id: filling });
  const [other] = await sql<{ id: string }[]>`
    select id from calendars where org_id = ${orgId} and id <> ${wu}`;
  const move = { p_appointment_id: id, p_date: date, p_time: "11:00" };
  const refused = await member.does("move_appointment", {
    ...move,
    p_calendar_id: other?.id ?? null,
  });
  assert.deepEqual([refused["code"], refused["providers"]], ["not_offered", ["Dr. Wu"]]);

  await sql`update calendars set max_per_day = 1 where id = ${wu}`;
  const moved = await member.does("move_appointment", move);
  assert.equal(moved["success"], true, "it is the one of that day");
  const full = await member.does("book_appointment", {
    ...{ p_org_id: orgId, p_date: date, p_time: "14:00", p_service_id: filling },
    ...{ p_patient_name: "Other Patient", p_patient_phone: "+15557390102" },
  });
  assert.equal(full["code"], "day_full");
});
