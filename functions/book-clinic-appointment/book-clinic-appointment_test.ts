import assert from "node:assert/strict";
import { type Clinic, clinics, SHAPES } from "../../scripts/tests/support/clinic.ts";
import { addDays, todayIn } from "../../shared/tools/local_date.ts";

const world = clinics();

const PATIENT = { patientName: "Test Patient", patientPhone: "+15551230001" };

Deno.test("the booking payload as it stands books an appointment for that organization", async () => {
  const clinic = await world.open();
  const day = clinic.day();
  const response = await clinic.post("bookClinicAppointment", {
    toolCallId: "call-1",
    tool: {
      arguments: {
        patientName: "Test Patient",
        patientPhone: "+15551230001",
        patientEmail: "patient@example.com",
        appointmentDate: day,
        appointmentTime: "14:00",
      },
    },
    customer: { metadata: { org_id: clinic.id } },
  });
  assert.equal(response.status, 200);
  const body = await response.json();
  assert.equal(body.toolCallId, "call-1");
  assert.equal(body.result.success, true);
  assert.match(body.result.scheduledAt, new RegExp(`^${day}T14:00:00-0[45]:00$`));

  const rows = await world.stack.sql`
    select appointment.org_id, state, name, phone, email, starts_at
    from appointments appointment join contacts contact on contact.id = contact_id
    where appointment.id = ${body.result.appointmentId}`;
  assert.deepEqual(rows.map((row) => ({ ...row })), [{
    org_id: clinic.id,
    state: "confirmed",
    name: "Test Patient",
    phone: "+15551230001",
    email: "patient@example.com",
    starts_at: new Date(body.result.scheduledAt),
  }]);
});

for (const shape of SHAPES) {
  Deno.test(`bookClinicAppointment books and refuses in the ${shape} format`, async () => {
    const clinic = await world.open();
    const args = { ...PATIENT, appointmentDate: clinic.day(), appointmentTime: "10:00" };
    const booked = await clinic.call("bookClinicAppointment", args, { shape });
    assert.equal(booked.status, 200);
    assert.equal(booked.result.success, true);

    const other = { ...args, patientName: "Other Patient", patientPhone: "+15551230002" };
    const refused = await clinic.call("bookClinicAppointment", other, { shape });
    assert.equal(refused.status, 200);
    assert.equal(refused.result.success, false);
    assert.equal(refused.result.code, "slot_taken");
    assert.ok(Array.isArray(refused.result.alternatives));
  });
}

Deno.test("200 parallel bookings of one slot make one appointment and 199 answers with alternatives", async () => {
  const clinic = await world.open();
  const day = clinic.day();
  const answers = await Promise.all(
    Array.from({ length: 200 }, (_, i) =>
      clinic.call("bookClinicAppointment", {
        patientName: `Patient ${i}`,
        patientPhone: `+1555124${String(i).padStart(4, "0")}`,
        appointmentDate: day,
        appointmentTime: "11:00",
      })),
  );
  assert.deepEqual(answers.filter(({ error }) => error !== null), []);
  assert.equal(answers.filter(({ result }) => result.success === true).length, 1);
  const refused = answers.filter(({ result }) => result.code === "slot_taken");
  assert.equal(refused.length, 199);
  for (const { result } of refused) {
    assert.ok(Array.isArray(result.alternatives) && result.alternatives.length > 0);
  }
  const rows = await world.stack.sql`select from appointments where org_id = ${clinic.id}`;
  assert.equal(rows.length, 1);
});

const OTHER = { patientName: "Other Patient", patientPhone: "+15551230002" };

function booking(clinic: Clinic, patient = PATIENT, time = "10:00") {
  return { ...patient, appointmentDate: clinic.day(), appointmentTime: time };
}

Deno.test("bookClinicAppointment recognises a patient's own booking as done, in another call too", async () => {
  const clinic = await world.open();
  const first = (await clinic.call("bookClinicAppointment", booking(clinic))).result;
  const again = { ...booking(clinic), patientName: "TEST  patient." };
  const second = (await clinic.call("bookClinicAppointment", again)).result;
  assert.equal(second.success, true);
  assert.equal(second.appointmentId, first.appointmentId);
  assert.match(String(second.message), /^That is booked already: Tuesday/);
  assert.deepEqual(await clinic.states(), ["confirmed"]);
  assert.equal((await clinic.messages()).length, 1, "and confirmed once");
});

Deno.test("a patient who asks ten times at once, in ten calls, has one appointment, though two calendars are free", async () => {
  const clinic = await world.open();
  await world.stack.sql`insert into calendars (org_id, name) values (${clinic.id}, 'Second')`;
  const answers = await Promise.all(
    Array.from({ length: 10 }, () => clinic.call("bookClinicAppointment", booking(clinic))),
  );
  assert.equal(new Set(answers.map(({ result }) => result.appointmentId)).size, 1);
  assert.deepEqual(await clinic.states(), ["confirmed"]);
});

Deno.test("members of a family share a number and are booked one by one", async () => {
  const clinic = await world.open();
  const child = { ...PATIENT, patientName: "Child Patient" };
  const first = (await clinic.call("bookClinicAppointment", booking(clinic))).result;
  assert.equal(
    (await clinic.call("bookClinicAppointment", booking(clinic, child))).result.code,
    "slot_taken",
  );
  const second =
    (await clinic.call("bookClinicAppointment", booking(clinic, child, "10:30"))).result;
  assert.equal(second.success, true);
  assert.notEqual(second.appointmentId, first.appointmentId);
  const rows = await world.stack.sql`select from contacts where org_id = ${clinic.id}`;
  assert.equal(rows.length, 1);
});

Deno.test("a contact is known by its number: a later booking for somebody else takes nothing from it", async () => {
  const clinic = await world.open();
  const withMail = { ...booking(clinic), patientEmail: "patient@example.com" };
  await clinic.call("bookClinicAppointment", withMail);
  await clinic.call(
    "bookClinicAppointment",
    booking(clinic, { ...PATIENT, patientName: "New Name" }, "11:00"),
  );
  const rows = await world.stack.sql`select name, email from contacts where org_id = ${clinic.id}`;
  assert.deepEqual(rows.map((row) => ({ ...row })), [{
    name: "Test Patient",
    email: "patient@example.com",
  }]);
  const visits = await world.stack.sql`
    select patient_name from appointments where org_id = ${clinic.id} order by starts_at`;
  assert.deepEqual(visits.map((row) => row.patient_name), ["Test Patient", "New Name"]);
});

Deno.test("several calendars fill up in their order, and the next caller is refused", async () => {
  const clinic = await world.open();
  const { sql } = world.stack;
  await sql`update calendars set name = 'Dr. Adams' where org_id = ${clinic.id}`;
  await sql`insert into calendars (org_id, name, position) values (${clinic.id}, 'Dr. Brown', 1)`;
  const patients = [1, 2, 3].map((n) => ({
    patientName: `Patient ${n}`,
    patientPhone: `+1555123000${n}`,
  }));
  const codes = [];
  for (const patient of patients) {
    codes.push((await clinic.call("bookClinicAppointment", booking(clinic, patient))).result.code);
  }
  assert.deepEqual(codes, [undefined, undefined, "slot_taken"]);
  const rows = await sql`
    select name from appointments join calendars on calendars.id = calendar_id
    where appointments.org_id = ${clinic.id} order by appointments.created_at`;
  assert.deepEqual(rows.map(({ name }) => name), ["Dr. Adams", "Dr. Brown"]);
});

Deno.test("40 callers for two calendars at one time make two appointments", async () => {
  const clinic = await world.open();
  await world.stack.sql`insert into calendars (org_id, name) values (${clinic.id}, 'Second')`;
  const answers = await Promise.all(
    Array.from({ length: 40 }, (_, i) =>
      clinic.call(
        "bookClinicAppointment",
        booking(clinic, {
          patientName: `Patient ${i}`,
          patientPhone: `+1555126${String(i).padStart(4, "0")}`,
        }),
      )),
  );
  assert.equal(answers.filter(({ result }) => result.success === true).length, 2);
  assert.equal(answers.filter(({ result }) => result.code === "slot_taken").length, 38);
});

const REFUSALS: [code: string, args: (clinic: Clinic) => Record<string, string>][] = [
  [
    "in_the_past",
    (clinic) => ({ appointmentDate: addDays(todayIn(clinic.timezone, new Date()), -1) }),
  ],
  ["too_far_ahead", (clinic) => ({ appointmentDate: clinic.day(2, 40) })],
  ["closed", (clinic) => ({ appointmentDate: clinic.day(6) })],
  ["outside_hours", () => ({ appointmentTime: "08:45" })],
  ["outside_hours", () => ({ appointmentTime: "16:45" })],
  ["not_a_start_time", () => ({ appointmentTime: "10:10" })],
  ["unknown_service", () => ({ service: "haircut" })],
  ["unknown_provider", () => ({ provider: "Dr. Nobody" })],
];

for (const [i, [code, args]] of REFUSALS.entries()) {
  Deno.test(`bookClinicAppointment refuses with ${code}, and helps on (${i + 1})`, async () => {
    const clinic = await world.open();
    await world.stack.sql`
      insert into services (org_id, name, duration_minutes, position) values (${clinic.id}, 'Check-up', 30, 1)`;
    await world.stack.sql`insert into calendars (org_id, name) values (${clinic.id}, 'Second')`;
    const { result } = await clinic.call("bookClinicAppointment", {
      ...booking(clinic),
      ...args(clinic),
    });
    assert.equal(result.success, false);
    assert.equal(result.code, code);
    const help = result.alternatives ?? result.services ?? result.providers;
    assert.ok(Array.isArray(help) && help.length > 0);
    assert.deepEqual(await clinic.states(), []);
    assert.deepEqual(await clinic.messages(), []);
  });
}

Deno.test("bookClinicAppointment keeps a clinic's holidays, its own and its providers'", async () => {
  const clinic = await world.open();
  const { sql } = world.stack;
  await sql`insert into closures (org_id, first_day, last_day) values (${clinic.id}, ${clinic.day()}, ${
    addDays(clinic.day(), 1)
  })`;
  const closed = (await clinic.call("bookClinicAppointment", booking(clinic))).result;
  assert.equal(closed.code, "closed");
  assert.ok(Array.isArray(closed.alternatives));
  assert.deepEqual(
    closed.alternatives.map((entry) => entry instanceof Object && "date" in entry && entry.date)[0],
    addDays(clinic.day(), 2),
  );

  await sql`delete from closures where org_id = ${clinic.id}`;
  await sql`
    insert into closures (org_id, calendar_id, first_day, last_day)
    select org_id, id, ${clinic.day()}, ${clinic.day()} from calendars where org_id = ${clinic.id}`;
  assert.equal(
    (await clinic.call("bookClinicAppointment", booking(clinic, OTHER))).result.code,
    "closed",
  );
  await sql`insert into calendars (org_id, name) values (${clinic.id}, 'Second')`;
  assert.equal(
    (await clinic.call("bookClinicAppointment", booking(clinic, OTHER))).result.success,
    true,
  );
});

Deno.test("a calendar with hours of its own keeps those and not the clinic's", async () => {
  const clinic = await world.open();
  await world.stack.sql`
    insert into business_hours (org_id, calendar_id, weekday, opens, closes)
    select org_id, id, 2, '18:00', '20:00' from calendars where org_id = ${clinic.id}`;
  assert.equal(
    (await clinic.call("bookClinicAppointment", booking(clinic))).result.code,
    "outside_hours",
  );
  const evening = await clinic.call("bookClinicAppointment", booking(clinic, PATIENT, "6 pm"));
  assert.equal(evening.result.success, true);
});
