import assert from "node:assert/strict";
import { z } from "zod";
import { type Clinic, clinics, SHAPES, speakDate } from "../../scripts/tests/support/clinic.ts";
import { freeTimes, timesBetween } from "../../scripts/tests/support/free_times.ts";
import { addDays, todayIn } from "../../shared/tools/local_date.ts";

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
    assert.deepEqual(freeTimes(result), timesBetween("09:30", "16:30"));
    assert.deepEqual(result.slots, ["09:30", "13:00", "16:30"]);
    assert.equal(result.alternatives, undefined);
    assert.equal(result.message, "9:30 AM, 1 PM or 4:30 PM?");
  });
}

const SAID = {
  en: "9 AM, 12:45 PM or 4:30 PM?",
  es: "¿A las 9:00, 12:45 o 16:30?",
  fr: "À 9 h, 12 h 45 ou 16 h 30 ?",
  de: "Um 9, 12:45 oder 16:30 Uhr?",
  pt: "Às 9h, 12h45 ou 16h30?",
};

for (const [language, message] of Object.entries(SAID)) {
  Deno.test(`checkAvailability answers a day of 31 free times in 300 bytes, said in ${language}`, async () => {
    const clinic = await world.open();
    const assistantId = crypto.randomUUID();
    await world.stack.sql`
      insert into agents (org_id, name, role, system_prompt, assistant_id, language)
      values (${clinic.id}, 'Front desk', 'inbound', 'Hello', ${assistantId}, ${language})`;
    // Under a uuid, as ids of calls are.
    const { text, result } = await clinic.call("checkAvailability", { date: clinic.day(4) }, {
      assistantId,
    });
    assert.equal(freeTimes(result).length, 31);
    assert.equal(result.message, message);
    // All that is sent, with what Vapi needs to find the call.
    assert.ok(new TextEncoder().encode(text).length <= 300, `${text.length}: ${text}`);
  });
}

Deno.test("checkAvailability suggests the times nearest to a requested one", async () => {
  const clinic = await world.open();
  const look = async (wish: Record<string, string>) =>
    (await clinic.call("checkAvailability", { date: clinic.day(), ...wish })).result;
  assert.deepEqual((await look({ time: "10:00" })).slots, ["09:45", "10:00", "10:15"]);
  const afternoon = await look({ partOfDay: "afternoon" });
  assert.deepEqual(afternoon.slots, ["12:00", "14:15", "16:30"]);
  assert.deepEqual(afternoon.free, ["12:00-16:30"]);
  // A day given in words is repeated.
  const inWords = await look({ date: speakDate(clinic.day()), partOfDay: "morning" });
  assert.equal(inWords.message, `${speakDate(clinic.day())} at 9, 10:15 or 11:45 AM?`);
  const morning = await look({ until: addDays(clinic.day(), 1), partOfDay: "morning" });
  assert.equal(morning.message, `${speakDate(clinic.day())} at 9, 10:15 or 11:45 AM?`);
});

Deno.test("checkAvailability says which part of the day is full, and offers the nearest times", async () => {
  const clinic = await world.open();
  await world.stack.sql`
    insert into closures (org_id, first_day, last_day, starts, ends, reason)
    values (${clinic.id}, ${clinic.day()}, ${clinic.day()}, '09:00', '12:00', 'Training')`;
  const { result } = await clinic.call("checkAvailability", {
    date: clinic.day(),
    partOfDay: "morning",
  });
  assert.deepEqual([result.success, result.slots, result.free], [true, [], []]);
  assert.match(String(result.message), /^I have nothing free in the morning on Tuesday/);
  assert.deepEqual(result.alternatives, [
    { date: clinic.day(), slots: ["12:00", "12:15", "12:30", "12:45"] },
    { date: addDays(clinic.day(), 1), slots: ["09:45", "10:00", "10:15"] },
    { date: addDays(clinic.day(), 2), slots: ["09:45", "10:00", "10:15"] },
  ]);
});

Deno.test("checkAvailability takes the first of several days that has what is requested", async () => {
  const clinic = await world.open();
  const { sql } = world.stack;
  const [monday, friday] = [clinic.day(1), addDays(clinic.day(1), 4)];
  await sql`
    insert into closures (org_id, first_day, last_day, starts, ends) values
      (${clinic.id}, ${monday}, ${addDays(monday, 1)}, '09:00', '16:30'),
      (${clinic.id}, ${addDays(monday, 2)}, ${friday}, '12:00', '17:00')`;
  const look = async (wish: Record<string, string>) =>
    (await clinic.call("checkAvailability", { date: monday, until: friday, ...wish })).result;
  assert.equal((await look({ partOfDay: "morning" })).date, addDays(monday, 2));
  assert.equal((await look({ time: "4:30 pm" })).date, monday);
  // One time is little choice: the following days are offered as well.
  const soonest = await look({});
  assert.deepEqual([soonest.date, soonest.slots], [monday, ["16:30"]]);
  assert.match(
    String(soonest.message),
    /^The only free time on Monday, .* is 4:30 PM\. I could offer/,
  );
  assert.equal((await look({ time: "3 pm" })).available, undefined);
  assert.match(
    String((await look({ time: "3 pm" })).message),
    /^I have nothing like that free from Monday/,
  );
});

Deno.test("checkAvailability names the next open day, however far away it is", async () => {
  const clinic = await world.open();
  const reopens = addDays(clinic.day(1), 63);
  await world.stack.sql`
    insert into closures (org_id, first_day, last_day) values (${clinic.id}, ${
    addDays(clinic.day(), -14)
  }, ${addDays(reopens, -1)})`;
  const { result } = await clinic.call("checkAvailability", { date: clinic.day() });
  assert.match(String(result.message), /^We are closed on Tuesday/);
  const [next] = z.array(z.object({ date: z.string() })).parse(result.alternatives);
  assert.equal(next?.date, reopens);
});

Deno.test("checkAvailability says whether a requested time is free, and what is near it if not", async () => {
  const clinic = await world.open();
  await book(clinic, "14:00");
  const ask = async (time: string, options = {}) =>
    (await clinic.call("checkAvailability", { date: clinic.day(), time }, options)).result;

  const free = await ask("10:00");
  assert.equal(free.available, true);
  assert.equal(free.message, `${speakDate(clinic.day())} at 10 AM is free.`);

  const taken = await ask("2:15 pm");
  assert.equal(taken.success, true);
  assert.equal(taken.available, false);
  const next = [1, 2].map((days) => ({
    date: addDays(clinic.day(), days),
    slots: ["14:00", "14:15", "14:30"],
  }));
  assert.deepEqual(taken.alternatives, [
    { date: clinic.day(), slots: ["13:30", "14:30", "14:45", "15:00"] },
    ...next,
  ]);
  assert.match(String(taken.message), /2:15 PM is already taken\. I could offer 2:30 PM or 2:45/);
  const own = await ask("2:15 pm", { number: "+15551230001" });
  assert.match(String(own.message), /at 2 PM is your own appointment\. I could offer 2:30 PM/);
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

  const until = addDays(today, 365);
  const both =
    (await clinic.call("checkAvailability", { date: addDays(today, 200), until })).result;
  assert.equal(both.code, "too_far_ahead", String(both.message));
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
  assert.deepEqual(freeTimes(result), [
    ...timesBetween("10:00", "10:30"),
    ...timesBetween("13:00", "13:30"),
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
    freeTimes((await clinic.call("checkAvailability", { date: clinic.day(), service })).result);
  // 11:45 to 14:30 is blocked: the visit with its buffers.
  assert.deepEqual(await slots("Appointment"), [
    ...timesBetween("09:00", "11:15"),
    ...timesBetween("14:30", "16:30"),
  ]);
  // Another visit of that kind needs its own buffers, too.
  assert.deepEqual(await slots("a root canal"), [
    ...timesBetween("09:00", "09:15"),
    ...timesBetween("14:45", "15:00"),
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
