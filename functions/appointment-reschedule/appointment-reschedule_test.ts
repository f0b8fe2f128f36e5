import assert from "node:assert/strict";
import { type Clinic, clinics, SHAPES } from "../../scripts/tests/support/clinic.ts";
import { addDays } from "../../shared/tools/local_date.ts";

const world = clinics();

const ANNA = { patientName: "Anna Example", patientPhone: "+15551230001" };
const BEN = { patientName: "Ben Example", patientPhone: "+15551230002" };

async function book(clinic: Clinic, patient = ANNA, time = "09:00", more = {}): Promise<string> {
  const args = { ...patient, appointmentDate: clinic.day(), appointmentTime: time, ...more };
  const { result } = await clinic.call("bookClinicAppointment", args);
  assert.equal(result.success, true, String(result.message));
  return String(result.appointmentId);
}

for (const shape of SHAPES) {
  Deno.test(`rescheduleAppointment moves the caller's own, and offers others for a taken time, in the ${shape} format`, async () => {
    const clinic = await world.open();
    const appointmentId = await book(clinic);
    await book(clinic, BEN, "11:00");
    const move = async (newTime: string) =>
      (await clinic.call("rescheduleAppointment", { newDate: clinic.day(), newTime }, {
        number: ANNA.patientPhone,
        shape,
      })).result;

    const refused = await move("11:15");
    assert.equal(refused.code, "slot_taken");
    assert.deepEqual(refused.alternatives instanceof Array && refused.alternatives[0], {
      date: clinic.day(),
      slots: ["10:30", "11:30", "11:45", "12:00"],
    });

    const moved = await move("9:15 am");
    assert.equal(moved.success, true, String(moved.message));
    assert.equal(moved.appointmentId, appointmentId);
    assert.match(String(moved.scheduledAt), new RegExp(`^${clinic.day()}T09:15:00-0[45]:00$`));
    assert.match(String(moved.message), /^Moved to Tuesday, \w+ \d+ at 9:15 AM\./);
    const news = (await clinic.messages()).at(-1);
    assert.match(
      news?.body ?? "",
      /your appointment has been moved to Tuesday, \w+ \d+ at 9:15 AM\./,
    );
    assert.deepEqual(await clinic.states(), ["confirmed", "confirmed"]);
  });
}

Deno.test("rescheduleAppointment frees the old time and keeps service and calendar", async () => {
  const clinic = await world.open();
  const { sql } = world.stack;
  await sql`insert into calendars (org_id, name, position) values (${clinic.id}, 'Dr. Brown', 1)`;
  await sql`insert into services (org_id, name, duration_minutes, position) values (${clinic.id}, 'Long visit', 90, 1)`;
  const id = await book(clinic, ANNA, "09:00", { service: "long visit", provider: "Brown" });
  const nextDay = addDays(clinic.day(), 1);
  const moved = await clinic.call("rescheduleAppointment", { newDate: nextDay, newTime: "10:00" }, {
    number: ANNA.patientPhone,
  });
  assert.equal(moved.result.service, "Long visit");
  const [row] = await sql`
    select name, (ends_at - starts_at)::text as length
    from appointments join calendars on calendars.id = calendar_id where appointments.id = ${id}`;
  assert.deepEqual({ ...row }, { name: "Dr. Brown", length: "01:30:00" });
  await book(clinic, BEN, "09:00", { provider: "Brown" });
});

Deno.test("rescheduleAppointment never offers the time that the visit has", async () => {
  const clinic = await world.open();
  await book(clinic, ANNA, "10:00");
  await book(clinic, BEN, "11:00");
  const { result } = await clinic.call("rescheduleAppointment", {
    newDate: clinic.day(),
    newTime: "10:45",
  }, { number: ANNA.patientPhone });
  assert.deepEqual(result.alternatives instanceof Array && result.alternatives[0], {
    date: clinic.day(),
    slots: ["09:45", "10:15", "10:30", "11:30"],
  });
});

Deno.test("rescheduleAppointment to the time that it has is a success and changes nothing", async () => {
  const clinic = await world.open();
  await book(clinic);
  const before = (await clinic.messages()).length;
  const { result } = await clinic.call("rescheduleAppointment", {
    newDate: clinic.day(),
    newTime: "09:00",
  }, {
    number: ANNA.patientPhone,
  });
  assert.equal(result.success, true);
  assert.match(String(result.message), /^It is at that time already/);
  assert.equal((await clinic.messages()).length, before);
});

Deno.test("rescheduleAppointment takes the one that the caller names by its present time", async () => {
  const clinic = await world.open();
  await book(clinic, ANNA, "09:00");
  const second = await book(clinic, ANNA, "11:00");
  const args = { newDate: clinic.day(), newTime: "15:00" };
  const options = { number: ANNA.patientPhone };
  assert.equal(
    (await clinic.call("rescheduleAppointment", args, options)).result.code,
    "which_appointment",
  );
  const named = { ...args, currentTime: "11:00" };
  assert.equal(
    (await clinic.call("rescheduleAppointment", named, options)).result.appointmentId,
    second,
  );
});

Deno.test("another number's appointment is moved with the code sent there; a taken time doesn't cost the code", async () => {
  const clinic = await world.open();
  await book(clinic, BEN, "09:00");
  await book(clinic, ANNA, "11:00");
  const options = { callId: crypto.randomUUID(), number: "+15551230003" };
  const move = async (newTime: string, more = {}) =>
    (await clinic.call("rescheduleAppointment", {
      newDate: clinic.day(),
      newTime,
      phone: BEN.patientPhone,
      ...more,
    }, options)).result;
  assert.equal((await move("11:00")).code, "code_sent");
  const code = await clinic.latestCode();
  assert.equal((await move("11:00", { code })).code, "slot_taken");
  assert.equal((await move("12:00")).success, true);
});

const REFUSALS: [code: string, newDate: (clinic: Clinic) => string, newTime: string][] = [
  ["closed", (clinic) => clinic.day(7), "09:00"],
  ["outside_hours", (clinic) => clinic.day(), "20:00"],
  ["not_a_start_time", (clinic) => clinic.day(), "10:05"],
  ["in_the_past", (clinic) => addDays(clinic.day(), -30), "10:00"],
  ["too_far_ahead", (clinic) => clinic.day(2, 40), "10:00"],
];

for (const [code, newDate, newTime] of REFUSALS) {
  Deno.test(`rescheduleAppointment refuses with ${code} and leaves the appointment where it is`, async () => {
    const clinic = await world.open();
    await book(clinic);
    const [before] = await world.stack
      .sql`select starts_at from appointments where org_id = ${clinic.id}`;
    const args = { newDate: newDate(clinic), newTime };
    const { result } = await clinic.call("rescheduleAppointment", args, {
      number: ANNA.patientPhone,
    });
    assert.equal(result.code, code);
    const [after] = await world.stack
      .sql`select starts_at from appointments where org_id = ${clinic.id}`;
    assert.deepEqual(after, before);
  });
}

Deno.test("of many who want to move to one slot at once, one gets it and all keep an appointment", async () => {
  const clinic = await world.open();
  const patients = Array.from({ length: 8 }, (_, i) => ({
    patientName: `Patient ${i}`,
    patientPhone: `+155512300${10 + i}`,
  }));
  for (const [i, patient] of patients.entries()) {
    await book(
      clinic,
      patient,
      `${String(9 + Math.floor(i / 2)).padStart(2, "0")}:${i % 2 ? "30" : "00"}`,
    );
  }
  const answers = await Promise.all(
    patients.map(({ patientPhone }) =>
      clinic.call("rescheduleAppointment", { newDate: clinic.day(), newTime: "15:00" }, {
        number: patientPhone,
      })
    ),
  );
  assert.equal(answers.filter(({ result }) => result.success === true).length, 1);
  assert.equal(answers.filter(({ result }) => result.code === "slot_taken").length, 7);
  assert.deepEqual(await clinic.states(), Array(8).fill("confirmed"));
});
