import assert from "node:assert/strict";
import { type Clinic, clinics, SHAPES } from "../../scripts/tests/support/clinic.ts";
import { addDays, speakDate, todayIn } from "../../shared/tools/local_date.ts";

const world = clinics();

async function book(clinic: Clinic, time: string, more = {}): Promise<void> {
  const { result } = await clinic.call("bookClinicAppointment", {
    patientName: "Test Patient",
    patientPhone: "+15551230001",
    appointmentDate: clinic.day(),
    appointmentTime: time,
    ...more,
  });
  assert.equal(result.success, true, String(result.message));
}

for (const shape of SHAPES) {
  Deno.test(`checkAvailability lists the free times of a day in the ${shape} format`, async () => {
    const clinic = await world.open();
    await book(clinic, "09:00");
    const { status, result } = await clinic.call("checkAvailability", { date: clinic.day() }, {
      shape,
    });
    assert.equal(status, 200);
    assert.equal(result.success, true);
    assert.equal(result.date, clinic.day());
    assert.equal(result.timezone, "America/New_York");
    const slots = quarterHours("09:30", "16:30");
    assert.deepEqual(result.slots, slots);
    assert.equal(result.alternatives, undefined);
    assert.equal(
      result.message,
      `On ${
        speakDate(clinic.day())
      } there are ${slots.length} free times, from 9:30 AM to 4:30 PM.`,
    );
  });
}

Deno.test("checkAvailability says whether a wished time is free, and what is near it if not", async () => {
  const clinic = await world.open();
  await book(clinic, "14:00");
  const ask = async (time: string) =>
    (await clinic.call("checkAvailability", { date: clinic.day(), time })).result;

  const free = await ask("10:00");
  assert.equal(free.available, true);
  assert.equal(free.message, `${speakDate(clinic.day())} at 10 AM is free.`);

  const taken = await ask("2:15 pm");
  assert.equal(taken.success, true);
  assert.equal(taken.available, false);
  assert.deepEqual(taken.alternatives, [
    { date: clinic.day(), slots: ["13:30", "14:30", "14:45", "15:00"] },
    { date: addDays(clinic.day(), 1), slots: ["14:00", "14:15", "14:30"] },
    { date: addDays(clinic.day(), 2), slots: ["14:00", "14:15", "14:30"] },
  ]);
  assert.match(
    String(taken.message),
    /2:15 PM is already taken\. I could offer 2:30 PM or 2:45 PM on/,
  );
});

Deno.test("checkAvailability offers the next open days for a day that is closed or full", async () => {
  const clinic = await world.open();
  const sunday = clinic.day(7);
  const closed = (await clinic.call("checkAvailability", { date: sunday })).result;
  assert.equal(closed.success, true);
  assert.deepEqual(closed.slots, []);
  assert.match(String(closed.message), /^We are closed on Sunday/);
  assert.deepEqual(
    closed.alternatives,
    [1, 2, 3].map((days) => ({
      date: addDays(sunday, days),
      slots: ["09:00", "09:15", "09:30"],
    })),
  );

  await world.stack.sql`
    insert into closures (org_id, first_day, last_day, starts, ends, reason)
    values (${clinic.id}, ${clinic.day()}, ${clinic.day()}, '09:15', '17:00', 'Training')`;
  await book(clinic, "09:00").then(() => assert.fail("too short"), () => {});
  await world.stack.sql`update closures set starts = '09:30' where org_id = ${clinic.id}`;
  await book(clinic, "09:00");
  const full = (await clinic.call("checkAvailability", { date: clinic.day() })).result;
  assert.match(String(full.message), /^I have nothing free on Tuesday/);
  assert.deepEqual(full.slots, []);
});

Deno.test("checkAvailability refuses a day that is past, or too far ahead", async () => {
  const clinic = await world.open();
  const today = todayIn(clinic.timezone, new Date());
  const past = (await clinic.call("checkAvailability", { date: addDays(today, -1) })).result;
  assert.equal(past.success, false);
  assert.equal(past.code, "in_the_past");
  assert.ok(Array.isArray(past.alternatives) && past.alternatives.length > 0);

  const far = (await clinic.call("checkAvailability", { date: addDays(today, 200) })).result;
  assert.equal(far.code, "too_far_ahead");
  assert.match(String(far.message), /only book up to 180 days ahead/);
});

Deno.test("checkAvailability asks about a date that two people could understand differently", async () => {
  const clinic = await world.open();
  const { error } = await clinic.call("checkAvailability", { date: "03/04" });
  assert.equal(error, "Is that March 4 or April 3? (Write: YYYY-MM-DD)");
  const { error: vague } = await clinic.call("checkAvailability", { date: "soon" });
  assert.equal(
    vague,
    "I need the date as day and month, for example November 24. (Write: YYYY-MM-DD)",
  );
});

Deno.test("checkAvailability reads a weekday in the clinic's time zone", async () => {
  const clinic = await world.open({ timezone: "Pacific/Auckland", country: "NZ" });
  const today = todayIn("Pacific/Auckland", new Date());
  const { result } = await clinic.call("checkAvailability", { date: "tomorrow" });
  assert.equal(result.date, addDays(today, 1));
});

Deno.test("checkAvailability keeps breaks free, and the lead time", async () => {
  const clinic = await world.open();
  const { sql } = world.stack;
  await sql`delete from business_hours where org_id = ${clinic.id}`;
  await sql`
    insert into business_hours (org_id, weekday, opens, closes)
    select ${clinic.id}, weekday, opens, closes from generate_series(1, 7) weekday,
      (values ('10:00'::time, '11:00'::time), ('13:00', '14:00')) as hours (opens, closes)`;
  const { result } = await clinic.call("checkAvailability", { date: clinic.day() });
  assert.deepEqual(result.slots, [
    ...quarterHours("10:00", "10:30"),
    ...quarterHours("13:00", "13:30"),
  ]);

  await sql`update booking_policies set lead_minutes = 60 * 24 * 20 where org_id = ${clinic.id}`;
  const soon =
    (await clinic.call("checkAvailability", { date: clinic.day(), time: "10:00" })).result;
  assert.equal(soon.available, false);
  assert.match(String(soon.message), /^That is too soon: we need 20 days' notice\./);
});

Deno.test("checkAvailability knows services with their durations and buffers", async () => {
  const clinic = await world.open();
  await world.stack.sql`
    insert into services (org_id, name, duration_minutes, buffer_before_minutes, buffer_after_minutes, position)
    values (${clinic.id}, 'Root canal', 120, 15, 30, 1)`;
  await book(clinic, "12:00", { service: "root canal" });
  const slots = async (service: string) =>
    (await clinic.call("checkAvailability", { date: clinic.day(), service })).result.slots;
  // 11:45 to 14:30 is blocked: the visit with its buffers.
  assert.deepEqual(await slots("Appointment"), [
    ...quarterHours("09:00", "11:15"),
    ...quarterHours("14:30", "16:30"),
  ]);
  // Another of that kind needs its own buffers, too.
  assert.deepEqual(await slots("a root canal"), [
    ...quarterHours("09:00", "09:15"),
    ...quarterHours("14:45", "15:00"),
  ]);

  const unknown =
    (await clinic.call("checkAvailability", { date: clinic.day(), service: "haircut" })).result;
  assert.equal(unknown.code, "unknown_service");
  assert.deepEqual(unknown.services, ["Appointment", "Root canal"]);
});

Deno.test("checkAvailability looks at all calendars, or at the one asked for", async () => {
  const clinic = await world.open();
  await world.stack.sql`update calendars set name = 'Dr. Adams' where org_id = ${clinic.id}`;
  await world.stack.sql`
    insert into calendars (org_id, name, position) values (${clinic.id}, 'Dr. Brown', 1)`;
  await book(clinic, "09:00", { provider: "Adams" });
  const at9 = async (provider?: string) => {
    const args = { date: clinic.day(), time: "09:00", ...(provider ? { provider } : {}) };
    return (await clinic.call("checkAvailability", args)).result;
  };
  assert.equal((await at9()).available, true);
  assert.equal((await at9("Dr. Brown")).available, true);
  assert.equal((await at9("Doctor Adams")).available, false);
  assert.deepEqual((await at9("Dr. Who")).providers, ["Dr. Adams", "Dr. Brown"]);
});

Deno.test("checkAvailability never sees an expired hold as busy, whether or not the sweep ran", async () => {
  const clinic = await world.open();
  const held = await clinic.call("reserveSlot", { date: clinic.day(), time: "09:00" });
  assert.equal(held.result.success, true);
  const isFree = async () =>
    (await clinic.call("checkAvailability", { date: clinic.day(), time: "09:00" })).result
      .available;
  assert.equal(await isFree(), false);
  await world.stack.sql`
    update appointments set hold_expires_at = now() - interval '1 second' where org_id = ${clinic.id}`;
  assert.equal(await isFree(), true);
});

/** Times from one to the other, both included, every 15 minutes. */
function quarterHours(from: string, until: string): string[] {
  const minutes = (time: string) => Number(time.slice(0, 2)) * 60 + Number(time.slice(3));
  const times: string[] = [];
  for (let at = minutes(from); at <= minutes(until); at += 15) {
    times.push(
      `${String(Math.floor(at / 60)).padStart(2, "0")}:${String(at % 60).padStart(2, "0")}`,
    );
  }
  return times;
}
