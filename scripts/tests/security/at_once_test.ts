/** Caps hold for simultaneous calls, in several calls, and at several clinics. */
import assert from "node:assert/strict";
import { type Clinic, clinics } from "../support/clinic.ts";
import { eventually } from "../support/eventually.ts";

const world = clinics();

const CALLER = "+12025550142";

/** Numbers that nobody else in this file has. */
let numbers = 0;
function number(): string {
  return `+1202558${String(++numbers).padStart(4, "0")}`;
}

const times = Array.from(
  { length: 12 },
  (_, i) => `${String(9 + Math.floor(i / 2)).padStart(2, "0")}:${i % 2 === 0 ? "00" : "30"}`,
);

function succeeded(results: readonly { result: { success?: unknown } }[]): number {
  return results.filter(({ result }) => result.success === true).length;
}

async function reserve(clinic: Clinic, i: number, options = {}) {
  return await clinic.call("reserveAppointment", {
    patientName: "Test Patient",
    patientPhone: number(),
    appointmentDate: clinic.day(1 + i % 5, 2),
    appointmentTime: times[i % times.length] ?? "09:00",
  }, options);
}

Deno.test("twelve callers at one moment hold no more slots than the clinic lets all of them", async () => {
  const clinic = await world.open();
  await world.stack.sql`update booking_policies set max_holds = 4 where org_id = ${clinic.id}`;
  const results = await Promise.all(
    times.map((time) =>
      clinic.call("reserveSlot", { date: clinic.day(), time }, { number: number() })
    ),
  );
  assert.equal(succeeded(results), 4);
  assert.deepEqual([...new Set(results.flatMap(({ result }) => result.code ?? []))], [
    "clinic_busy",
  ]);
});

Deno.test("one number in twelve calls at one moment books no more than in one after the other", async () => {
  const clinic = await world.open();
  await world.stack
    .sql`update booking_policies set max_bookings_per_caller = 4 where org_id = ${clinic.id}`;
  const results = await Promise.all(
    times.map((appointmentTime) =>
      clinic.call("bookClinicAppointment", {
        patientName: "Test Patient",
        patientPhone: number(),
        appointmentDate: clinic.day(),
        appointmentTime,
      }, { number: CALLER })
    ),
  );
  assert.equal(succeeded(results), 4);
});

Deno.test("twelve callers at one moment book no more for one patient than one has", async () => {
  const clinic = await world.open();
  await world.stack
    .sql`update booking_policies set max_appointments_per_patient = 3 where org_id = ${clinic.id}`;
  const patientPhone = number();
  const results = await Promise.all(
    times.map((appointmentTime, i) =>
      clinic.call("bookClinicAppointment", {
        patientName: `Test Patient ${i}`,
        patientPhone,
        appointmentDate: clinic.day(),
        appointmentTime,
      }, { number: number() })
    ),
  );
  assert.equal(succeeded(results), 3);
});

Deno.test("reservations that wait for their codes count as booked in their call", async () => {
  const clinic = await world.open();
  await world.stack
    .sql`update sms_policies set max_codes_per_hour = 50 where org_id = ${clinic.id}`;
  const patientPhone = CALLER;
  const call = { callId: crypto.randomUUID(), number: CALLER };
  let booked = 0;
  for (let round = 0; round < 3; round++) {
    const held = [];
    for (let i = 0; i < 3; i++) {
      const { result } = await clinic.call("reserveAppointment", {
        patientName: `Test Patient ${round} ${i}`,
        patientPhone,
        appointmentDate: clinic.day(1 + round, 2),
        appointmentTime: times[i] ?? "09:00",
      }, call);
      if (result.success === true) {
        held.push({ holdId: String(result.holdId), code: await clinic.latestCode() });
      }
    }
    for (const said of held) {
      booked += succeeded([await clinic.call("verifyBookingCode", said, call)]);
    }
  }
  assert.equal(booked, 5);
});

Deno.test("one number that calls many clinics has strangers texted as often as the platform lets it", async () => {
  const { sql } = world.stack;
  const open = await Promise.all(Array.from({ length: 4 }, () => world.open()));
  const caller = number();
  const [before] = await sql`select max_recipients_per_caller as "limit" from platform_settings`;
  try {
    await sql`update platform_settings set max_recipients_per_caller = 5`;
    const results = await Promise.all(
      open.flatMap((clinic) => [0, 1, 2].map((i) => reserve(clinic, i, { number: caller }))),
    );
    assert.equal(succeeded(results), 5);
  } finally {
    await sql`update platform_settings set max_recipients_per_caller = ${before?.limit}`;
  }
});

/** A text of each clinic is requested while that of the first is not committed yet: returns the answer to the second. */
async function askAtOnce(clinics: readonly Clinic[]): Promise<unknown> {
  const { sql } = world.stack;
  const [first, second] = [await sql.reserve(), await sql.reserve()];
  const ask = async (connection: typeof first, { id }: Clinic) => {
    const phone = number();
    const [row] = await connection`
      with contact as (insert into contacts (org_id, phone) values (${id}, ${phone}) returning id)
      select private.queue_sms(${id}, contact.id, ${phone}, 'confirmation', 'Text', ${phone}) ->> 'code' as code from contact`;
    return row?.code;
  };
  const [one, other = one] = clinics;
  assert.ok(one && other);
  try {
    await first`begin`;
    assert.equal(await ask(first, one), null);
    let answer: unknown = "none yet";
    const asking = ask(second, other).then((code) => answer = code);
    await eventually("the second waits for the first, or doesn't", async () => {
      const waiting = await sql`select from pg_locks where locktype = 'advisory' and not granted`;
      return waiting.length > 0 || answer !== "none yet";
    });
    await first`commit`;
    await asking;
    return answer;
  } finally {
    await first`rollback`;
    first.release();
    second.release();
  }
}

Deno.test("the platform's last texts of a day are given away once, whichever clinics ask at one moment", async () => {
  const { sql } = world.stack;
  const clinics = [await world.open(), await world.open()];
  const [before] = await sql`
    select max_texts_per_day as "limit", private.platform_texts_today()::int as used from platform_settings`;
  try {
    await sql`update platform_settings set max_texts_per_day = ${before?.used + 1}`;
    assert.equal(await askAtOnce(clinics), "platform_limit");
  } finally {
    await sql`update platform_settings set max_texts_per_day = ${before?.limit}`;
  }
});

Deno.test("a clinic's last texts of a day are given away once, and before that nobody waits", async () => {
  const clinic = await world.open();
  const allow = (texts: number) =>
    world.stack
      .sql`update sms_policies set max_texts_per_day = ${texts} where org_id = ${clinic.id}`;
  await allow(1);
  assert.equal(await askAtOnce([clinic]), "clinic_limit");
  await allow(500);
  assert.equal(await askAtOnce([clinic]), null);
});
