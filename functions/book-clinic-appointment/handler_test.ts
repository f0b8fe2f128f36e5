import assert from "node:assert/strict";
import { clinics, SHAPES } from "../../scripts/tests/clinic.ts";

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
