/** Who does what, for whom, where, and how many a day: through the tools, as callers experience it. */
import assert from "node:assert/strict";
import { clinics } from "./support/clinic.ts";
import {
  ask,
  book,
  check,
  JANE,
  offer,
  threeDoctors,
  twoPlaces,
  visits,
} from "./support/doctors.ts";

const world = clinics();

Deno.test("a caller who asks a provider for a service that they don't offer hears who does, in five languages", async () => {
  const clinic = await threeDoctors(world);
  const said = {
    en: "Dr. Fox doesn't offer Cleaning. I can book it with Dr. Lee or Dr. Wu.",
    es: "Dr. Fox no ofrece Cleaning. Puedo reservarlo con Dr. Lee o Dr. Wu.",
    fr: "Dr. Fox ne propose pas Cleaning. Je peux réserver cela avec Dr. Lee ou Dr. Wu.",
    de: "Dr. Fox bietet Cleaning nicht an. Das kann ich bei Dr. Lee oder Dr. Wu buchen.",
    pt: "Dr. Fox não oferece Cleaning. Posso marcar com Dr. Lee ou Dr. Wu.",
  };
  const assistantId = await world.assistantOf(clinic);
  const wish = { provider: "Dr. Fox", service: "cleaning" };
  for (const [language, message] of Object.entries(said)) {
    await world.stack
      .sql`update agents set language = ${language} where assistant_id = ${assistantId}`;
    const result = await check(clinic, wish, { assistantId });
    assert.deepEqual(
      [result.code, result.message, result.providers, result.services],
      ["not_offered", message, ["Dr. Lee", "Dr. Wu"], ["Check-up"]],
    );
  }
  assert.equal((await book(clinic, "10:00", wish)).code, "not_offered");
  assert.equal(
    (await ask(clinic, "reserveSlot", { ...wish, date: clinic.day(), time: "10:00" })).code,
    "not_offered",
  );
  assert.deepEqual(await visits(clinic), []);
});

Deno.test("a provider is booked for what they do, for as long as it takes them", async () => {
  const clinic = await threeDoctors(world);
  const cleaning = { service: "Cleaning" };
  const last = async (provider: string) => {
    const { result } = await clinic.call("checkAvailability", {
      date: clinic.day(),
      time: "16:30",
      provider,
      ...cleaning,
    });
    return result.available;
  };
  assert.deepEqual([await last("Dr. Lee"), await last("Dr. Wu")], [true, false]);

  assert.equal((await book(clinic, "10:00", cleaning)).success, true);
  assert.equal(
    (await book(clinic, "10:00", { ...cleaning, patientName: "John Roe" })).success,
    true,
  );
  const third = await book(clinic, "10:30", {
    ...cleaning,
    provider: "Dr. Wu",
    patientName: "Ann Roe",
  });
  assert.equal(third.code, "slot_taken", "until eleven");
  assert.deepEqual(await visits(clinic), ["Dr. Lee 10:00-10:30", "Dr. Wu 10:00-11:00"]);
  // A provider who is free for half an hour, and not for longer, is free only for Dr. Lee's cleaning.
  await book(clinic, "14:00", { provider: "Dr. Wu", patientName: "Ann Roe" });
  await book(clinic, "13:00", { provider: "Dr. Wu", patientName: "Bob Roe" });
  const { result } = await clinic.call("checkAvailability", {
    date: clinic.day(),
    time: "13:30",
    provider: "Dr. Wu",
    ...cleaning,
  });
  assert.equal(result.available, false);
});

Deno.test("of a provider who is named alone, what they offer first is booked", async () => {
  const clinic = await threeDoctors(world);
  await offer(clinic, "Check-up", { "Dr. Fox": null });
  assert.equal((await book(clinic, "10:00", { provider: "Dr. Wu" })).service, "Cleaning");
  assert.equal((await book(clinic, "11:00", { provider: "Dr. Lee" })).service, "Cleaning");
  assert.equal((await book(clinic, "12:00")).service, "Check-up");
  assert.deepEqual(await visits(clinic), [
    "Dr. Wu 10:00-11:00",
    "Dr. Lee 11:00-11:30",
    "Dr. Fox 12:00-12:30",
  ]);

  await world.stack
    .sql`update calendars set active = false where org_id = ${clinic.id} and name = 'Dr. Lee'`;
  const gone = await check(clinic, { service: "Whitening" });
  assert.equal(gone.code, "unknown_service");
  assert.match(
    String(gone.message),
    /^Whitening is no longer offered\. I can book Check-up or Cleaning/,
  );
});

Deno.test("a hold and a visit keep their duration; moved to another calendar, a visit takes what it takes there", async () => {
  const clinic = await threeDoctors(world);
  const { sql } = world.stack;
  const caller = { callId: crypto.randomUUID(), number: JANE.patientPhone };
  const held = await ask(clinic, "reserveSlot", {
    date: clinic.day(),
    time: "10:00",
    service: "Cleaning",
    provider: "Wu",
  }, caller);
  assert.equal(held.success, true);
  await sql`update calendar_services set duration_minutes = 90 where org_id = ${clinic.id} and duration_minutes = 60`;
  const booked = await book(clinic, "10:00", {}, caller);
  assert.equal(booked.success, true, String(booked.message));
  assert.deepEqual(await visits(clinic), ["Dr. Wu 10:00-11:00"]);

  const move = (newTime: string) =>
    ask(clinic, "rescheduleAppointment", { newDate: clinic.day(), newTime }, caller);
  assert.equal((await move("13:00")).success, true);
  assert.deepEqual(await visits(clinic), ["Dr. Wu 13:00-14:00"]);

  await sql`
    delete from calendar_services using calendars
    where calendar_id = calendars.id and calendars.org_id = ${clinic.id} and calendars.name = 'Dr. Wu'`;
  const moved = await move("15:00");
  assert.match(String(moved.message), /^Dr\. Wu no longer offers Cleaning\. Moved to Dr\. Lee, /);
  assert.deepEqual(await visits(clinic), ["Dr. Lee 15:00-15:30"]);
});

Deno.test("a service for new patients is not for a patient who has been here under the calling number", async () => {
  const clinic = await threeDoctors(world);
  const { sql } = world.stack;
  await sql`
    update services set for_patients = case name when 'Check-up' then 'new' when 'Cleaning' then 'returning' else 'all' end
    where org_id = ${clinic.id}`;
  const caller = { callId: crypto.randomUUID(), number: JANE.patientPhone };
  // It is never known that somebody is new: it is asked, once.
  const wish = { service: "Cleaning", provider: "Dr. Lee" };
  const asked = await book(clinic, "10:00", wish, caller);
  assert.equal(asked.code, "returning_patients_only");
  assert.equal(
    asked.message,
    "Cleaning is for patients who have been here before. Has Jane Roe? New patients come for Check-up or Whitening.",
  );
  assert.equal((await book(clinic, "10:00", wish, caller)).success, true, "said so");
  assert.equal((await book(clinic, "12:00", { service: "Check-up" }, caller)).success, true);

  // A year later.
  await sql`
    insert into appointments (org_id, calendar_id, service_id, contact_id, patient_name, state, starts_at, ends_at, busy)
    select org_id, calendar_id, service_id, contact_id, patient_name, 'completed', starts_at - interval '1 year',
      ends_at - interval '1 year', tstzrange(starts_at - interval '1 year', ends_at - interval '1 year')
    from appointments where org_id = ${clinic.id}`;
  const again = { callId: crypto.randomUUID(), number: JANE.patientPhone };
  const refused = await book(clinic, "14:00", { service: "Check-up" }, again);
  assert.equal(refused.code, "new_patients_only");
  assert.equal(
    refused.message,
    "Check-up is for new patients, and Jane Roe has been here before. I can book Cleaning or Whitening. Which one would you like?",
  );
  // Nobody else learns that, and a child under the same number is a different person.
  const stranger = { callId: crypto.randomUUID(), number: "+12025550143" };
  assert.equal((await book(clinic, "14:00", { service: "Check-up" }, stranger)).success, true);
  assert.equal(
    (await book(clinic, "15:00", { service: "Check-up", patientName: "Tim Roe" }, again)).success,
    true,
  );

  // A caller who names no service gets what suits, or is asked.
  const open = await check(clinic, {}, { callId: crypto.randomUUID() });
  assert.deepEqual([open.code, open.message], [
    "unknown_service",
    "Has the patient been here before? New patients come for Check-up or Whitening, all others for Cleaning or Whitening.",
  ]);
  assert.equal((await book(clinic, "16:00", {}, again)).service, "Cleaning");
});

Deno.test("a full day is refused by its name, with other days, whosever the limit is", async (test) => {
  const limits = {
    organization: "update booking_policies set max_per_day = 2 where org_id = $1",
    calendar: "update calendars set max_per_day = 2 where org_id = $1 and name = 'Dr. Lee'",
    service: "update services set max_per_day = 2 where org_id = $1 and name = 'Cleaning'",
  };
  for (const [whose, statement] of Object.entries(limits)) {
    await test.step(whose, async () => {
      const clinic = await threeDoctors(world);
      await world.stack.sql.unsafe(statement, [clinic.id]);
      const wish = { service: "Cleaning", provider: "Dr. Lee" };
      await book(clinic, "10:00", wish);
      // A hold counts, as long as it lasts.
      const holder = { callId: crypto.randomUUID() };
      const held = await ask(
        clinic,
        "reserveSlot",
        { date: clinic.day(), time: "11:00", ...wish },
        holder,
      );
      assert.equal(held.success, true);

      const refused = await book(clinic, "14:00", { ...wish, patientName: "Ann Roe" });
      assert.equal(refused.code, "day_full");
      assert.match(
        String(refused.message),
        /^We take no more appointments on \w+, \w+ \d+\. I could offer /,
      );
      const days = JSON.stringify(refused.alternatives);
      assert.ok(!days.includes(clinic.day()) && days.includes(clinic.day(3)), days);
      const seen = await check(clinic, wish);
      assert.deepEqual([seen.success, seen.free], [true, []]);
      assert.match(String(seen.message), /^We take no more appointments/);

      const others = { provider: "Dr. Wu", service: whose === "service" ? "Check-up" : "Cleaning" };
      const other = await book(clinic, "14:00", { ...others, patientName: "Ann Roe" });
      assert.equal(other.success, whose !== "organization", String(other.message));
      assert.equal(
        (await book(clinic, "11:00", { ...wish, patientName: "Bob Roe" }, holder)).success,
        true,
        "promised",
      );
    });
  }
});

Deno.test("of callers who want the last places of a day at once, on any calendar, exactly as many get one as there are places", async () => {
  const clinic = await threeDoctors(world);
  await world.stack.sql`update booking_policies set max_per_day = 3 where org_id = ${clinic.id}`;
  const wishes = ["Dr. Fox", "Dr. Lee", "Dr. Wu"].flatMap((provider) =>
    ["10:00", "11:00", "12:00"].map((time) => ({ provider, time }))
  );
  const answers = await Promise.all(
    wishes.map(({ provider, time }, index) =>
      book(clinic, time, {
        provider,
        service: "Check-up",
        patientName: `Patient ${index}`,
        patientPhone: `+1202555${1000 + index}`,
      })
    ),
  );
  assert.equal(answers.filter(({ success }) => success).length, 3);
  assert.equal(
    answers.filter(({ code }) => code === "day_full").length,
    6,
    JSON.stringify(answers.map(({ code }) => code ?? null)),
  );
  assert.equal((await visits(clinic)).length, 3);
});

Deno.test("a caller of a clinic with two places names one as a provider, or is asked where there is a choice", async () => {
  const clinic = await twoPlaces(world);
  const asked = await book(clinic, "10:00", { service: "Check-up" });
  assert.equal(asked.code, "which_location");
  assert.match(
    String(asked.message),
    / at 10 AM is free at Downtown or Uptown\. Where would you like to come\?$/,
  );
  assert.deepEqual(asked.locations, ["Downtown", "Uptown"]);

  const booked = await book(clinic, "10:00", { service: "Check-up", provider: "uptown" });
  assert.match(String(booked.message), / at 10 AM \(Uptown, 99 High St\)\. /);
  assert.deepEqual(await visits(clinic), ["Dr. Wu 10:00-10:30"]);
  const [text] = await clinic.messages();
  assert.match(text?.body ?? "", / at 10 AM \(Uptown, 99 High St\)\./);

  assert.equal(
    (await check(clinic, { time: "10:00", provider: "Uptown office" })).available,
    false,
  );
  assert.equal((await check(clinic, { time: "10:00", provider: "Downtown" })).available, true);
  const rest = await book(clinic, "10:00", { patientName: "Ann Roe", service: "Whitening" });
  assert.match(String(rest.message), /Downtown, 12 Main St/);

  const nowhere = await check(clinic, { provider: "Uptown", service: "Whitening" });
  assert.equal(nowhere.message, "Uptown doesn't offer Whitening. I can book it with Dr. Lee.");
  const both = await check(clinic, { time: "11:00", provider: "Dr. Lee at Downtown" });
  assert.equal(both.available, true);
  assert.equal(
    (await check(clinic, { provider: "Dr. Lee at Uptown" })).message,
    "Do you mean Dr. Lee or Uptown?",
  );

  const { sql } = world.stack;
  const told = async (topic: string, question: string | null = null) => {
    const [row] = await sql`
      select private.tool_clinic_info(${clinic.id}, '{}', ${
      sql.json({ topic, question })
    }) ->> 'message' as said`;
    return row?.["said"];
  };
  assert.equal(await told("address"), "We are at Downtown, 12 Main St; Uptown, 99 High St.");
  assert.equal(await told("address", "uptown"), "We are at 99 High St.");
  assert.equal(
    await told("services", "cleaning"),
    "We offer Cleaning (Dr. Lee), 30 minutes; Cleaning (Dr. Wu), 60 minutes.",
  );
});
