/** A slot that is held for a caller keeps its terms as long as it is held. */
import assert from "node:assert/strict";
import type { JsonObject } from "../../shared/json.ts";
import { type Clinic, clinics } from "./support/clinic.ts";
import { offer, threeDoctors } from "./support/doctors.ts";

const world = clinics();
const PATIENT = { patientName: "Jane Roe", patientPhone: "+12025550142" };
const CALLER = { callId: "call-of-jane", number: "+12025550142" };

/** A clinic where Jane's call holds Tuesday at ten. */
async function holding(wish: JsonObject = {}) {
  const clinic = await world.open();
  const { sql } = world.stack;
  await sql`
    insert into calendars (org_id, name, position) values (${clinic.id}, 'Dr. Wu', 1), (${clinic.id}, 'Dr. Lee', 2)`;
  await sql`insert into services (org_id, name, duration_minutes, position) values (${clinic.id}, 'Cleaning', 60, 1)`;
  const when = { date: clinic.day(), time: "10:00" };
  const { result } = await clinic.call("reserveSlot", { ...when, ...wish }, caller(clinic));
  assert.equal(result.success, true);
  return { clinic, sql, when, holdId: String(result.holdId) };
}

/** Calls of two clinics are two calls. */
const caller = (clinic: Clinic) => ({ ...CALLER, callId: `${CALLER.callId}/${clinic.id}` });

const CHANGES = ["lead", "closure", "hours"] as const;

async function change(clinic: Clinic, what: typeof CHANGES[number], date: string) {
  const { sql } = world.stack;
  if (what === "lead") {
    // As when the last minute of the notice passes while the caller says their name.
    await sql`update booking_policies set lead_minutes = 60 * 24 * 90 where org_id = ${clinic.id}`;
  } else if (what === "closure") {
    await sql`insert into closures (org_id, first_day, last_day) values (${clinic.id}, ${date}, ${date})`;
  } else {
    await sql`delete from business_hours where org_id = ${clinic.id}`;
  }
}

for (const what of CHANGES) {
  Deno.test(`a held slot is booked whatever is changed meanwhile: ${what}`, async () => {
    const { clinic, when, holdId } = await holding();
    await change(clinic, what, when.date);
    const book = { appointmentDate: when.date, appointmentTime: when.time, ...PATIENT };
    const other = await clinic.call("bookClinicAppointment", { ...book, appointmentTime: "11:00" });
    assert.equal(other.result.success, false, "nobody else is let in");
    const { result } = await clinic.call(
      "bookClinicAppointment",
      { ...book, holdId },
      caller(clinic),
    );
    assert.equal(result.success, true, String(result.message));
    assert.deepEqual(await clinic.states(), ["confirmed"]);
  });

  Deno.test(`a held slot is reserved and its code accepted whatever is changed meanwhile: ${what}`, async () => {
    const { clinic, when, holdId } = await holding();
    await change(clinic, what, when.date);
    const { result } = await clinic.call(
      "reserveAppointment",
      { appointmentDate: when.date, appointmentTime: when.time, ...PATIENT, holdId },
      caller(clinic),
    );
    assert.equal(result.success, true, String(result.message));
    const verified = await clinic.call(
      "verifyBookingCode",
      { code: await clinic.latestCode() },
      caller(clinic),
    );
    assert.equal(verified.result.success, true, String(verified.result.message));
  });
}

Deno.test("a hold whose time is up keeps nothing", async () => {
  const { clinic, sql, when, holdId } = await holding();
  await change(clinic, "lead", when.date);
  await sql`update appointments set hold_expires_at = now() - interval '1 second' where id = ${holdId}`;
  const { result } = await clinic.call("bookClinicAppointment", {
    appointmentDate: when.date,
    appointmentTime: when.time,
    ...PATIENT,
    holdId,
  }, caller(clinic));
  assert.equal(result.code, "too_soon");
});

Deno.test("a hold that is moved to another time is judged as any request", async () => {
  const { clinic, when, holdId } = await holding();
  await change(clinic, "closure", when.date);
  const { result } = await clinic.call("bookClinicAppointment", {
    appointmentDate: when.date,
    appointmentTime: "11:00",
    ...PATIENT,
    holdId,
  }, caller(clinic));
  assert.equal(result.code, "closed");
});

Deno.test("what was held is booked with the provider and for the service that it was held for", async () => {
  const { clinic, sql, when, holdId } = await holding({ provider: "Dr. Lee", service: "Cleaning" });
  const { result } = await clinic.call("bookClinicAppointment", {
    appointmentDate: when.date,
    appointmentTime: when.time,
    ...PATIENT,
    holdId,
  }, caller(clinic));
  assert.equal(result.success, true, String(result.message));
  const [row] = await sql`
    select calendar.name as provider, service.name as service, extract(epoch from ends_at - starts_at)::int as seconds
    from appointments join calendars calendar on calendar.id = calendar_id join services service on service.id = service_id
    where appointments.org_id = ${clinic.id}`;
  assert.deepEqual({ ...row }, { provider: "Dr. Lee", service: "Cleaning", seconds: 3600 });
});

Deno.test("a time that is held for the caller is free for the caller", async () => {
  const { clinic, sql, when } = await holding();
  await sql`update calendars set active = false where org_id = ${clinic.id} and name <> 'Clinic'`;
  const own = await clinic.call("checkAvailability", when, caller(clinic));
  assert.equal(own.result.available, true);
  const another = await clinic.call("checkAvailability", when);
  assert.equal(another.result.available, false);
});

Deno.test("a visit is moved to the time that its caller holds, whatever is changed meanwhile", async () => {
  const { clinic, sql, when } = await holding();
  const booked = await clinic.call("bookClinicAppointment", {
    appointmentDate: when.date,
    appointmentTime: "14:00",
    ...PATIENT,
  }, caller(clinic));
  assert.equal(booked.result.success, true, String(booked.result.message));
  await change(clinic, "closure", when.date);
  const move = {
    newDate: when.date,
    newTime: when.time,
    appointmentId: String(booked.result.appointmentId),
  };
  const { result } = await clinic.call("rescheduleAppointment", move, caller(clinic));
  assert.equal(result.success, true, String(result.message));
  assert.equal(result.scheduledAt, String(result.scheduledAt).replace(/T.{5}/, "T10:00"));
  const live = await sql`
    select state from appointments where org_id = ${clinic.id} and state in ('held', 'confirmed')`;
  assert.deepEqual(live.map(({ state }) => state), ["confirmed"]);
});

Deno.test("a hold for one service is no way to another that this provider doesn't offer, or that is full", async (test) => {
  const whitening = { appointmentTime: "10:00", service: "Whitening", ...PATIENT };
  for (const tool of ["bookClinicAppointment", "reserveAppointment"]) {
    await test.step(tool, async () => {
      const clinic = await threeDoctors(world);
      const { sql } = world.stack;
      const held = await clinic.call("reserveSlot", {
        date: clinic.day(),
        time: "10:00",
        service: "Check-up",
        provider: "Dr. Fox",
      }, caller(clinic));
      const open = { appointmentDate: clinic.day(), ...whitening };
      const wish = { ...open, holdId: String(held.result.holdId) };
      await sql`update services set max_per_day = 1 where org_id = ${clinic.id} and name = 'Whitening'`;
      const full = await clinic.call("bookClinicAppointment", {
        ...open,
        appointmentTime: "14:00",
        patientPhone: "+12025550143",
      });
      assert.equal(full.result.success, true, String(full.result.message));
      const refused = await clinic.call(tool, wish, caller(clinic));
      assert.equal(refused.result.code, "day_full", refused.text);

      await sql`update services set max_per_day = null where org_id = ${clinic.id}`;
      const { result } = await clinic.call(tool, wish, caller(clinic));
      assert.equal(result.success, true, String(result.message));
      const [row] = await sql`
        select calendar.name as provider from appointments join calendars calendar on calendar.id = calendar_id
        where appointments.org_id = ${clinic.id} and (starts_at at time zone 'America/New_York')::time = '10:00'
          and state in ('held', 'confirmed')`;
      assert.equal(row?.["provider"], "Dr. Lee");
    });
  }
});

Deno.test("what was held is booked as it was held, also by its name, when that is offered no more", async (test) => {
  const asHeld = { provider: "Dr. Lee", service: "Cleaning" };
  for (const tool of ["bookClinicAppointment", "reserveAppointment"]) {
    for (const gone of ["service", "offer"]) {
      await test.step(`${tool}, ${gone}`, async () => {
        const { clinic, sql, when, holdId } = await holding(asHeld);
        if (gone === "service") {
          await sql`update services set active = false where org_id = ${clinic.id} and name = 'Cleaning'`;
        } else await offer(clinic, "Cleaning", { "Dr. Wu": null });
        const { result } = await clinic.call(tool, {
          appointmentDate: when.date,
          appointmentTime: when.time,
          ...PATIENT,
          ...asHeld,
          holdId,
        }, caller(clinic));
        assert.equal(result.success, true, String(result.message));
        const [row] = await sql`
          select calendar.name as provider, service.name as service
          from appointments join calendars calendar on calendar.id = calendar_id join services service on service.id = service_id
          where appointments.org_id = ${clinic.id}`;
        assert.deepEqual({ ...row }, asHeld);
      });
    }
  }
});

Deno.test("a caller who holds a time with a provider who has left hears that, and books with another", async (test) => {
  for (const tool of ["bookClinicAppointment", "reserveAppointment"]) {
    await test.step(tool, async () => {
      const { clinic, sql, when, holdId } = await holding({ provider: "Dr. Wu" });
      await sql`update calendars set active = false where org_id = ${clinic.id} and name = 'Dr. Wu'`;
      const wish = { appointmentDate: when.date, appointmentTime: when.time, ...PATIENT, holdId };
      const refused = await clinic.call(tool, wish, caller(clinic));
      assert.equal(refused.result.code, "unknown_provider");
      assert.match(
        String(refused.result.message),
        /^Dr\. Wu no longer takes appointments here\. I can book with .*Dr\. Lee/,
      );
      const other = await clinic.call(tool, { ...wish, provider: "Dr. Lee" }, caller(clinic));
      assert.equal(other.result.success, true, String(other.result.message));
      assert.equal((await clinic.states()).length, 1, "it is the hold that was booked");
    });
  }
});
