/** Visits that were booked before the clinic closed: it is notified, finds them, and can ask the patients to move. */
import assert from "node:assert/strict";
import { z } from "zod";
import { type Clinic, clinics } from "../support/clinic.ts";
import { Person } from "../support/person.ts";

const world = clinics();
const alternativesSchema = z.array(z.object({ date: z.string(), slots: z.array(z.string()) }));
const PHONE = "+12025550142";

async function booked(
  clinic: Clinic,
  patientName: string,
  date: string,
  time: string,
): Promise<string> {
  const { result } = await clinic.call("bookClinicAppointment", {
    patientName,
    patientPhone: PHONE,
    appointmentDate: date,
    appointmentTime: time,
  });
  assert.equal(result.success, true, String(result.message));
  return String(result.appointmentId);
}

/** A clinic with a visit on Tuesday and one on Wednesday, and its admin. */
async function busyClinic(
  { email }: { email: string | null } = { email: "office@clinic.example" },
) {
  const { sql } = world.stack;
  const clinic = await world.open();
  const admin = await Person.signUp(world.stack);
  await sql`insert into members (org_id, user_id, role) values (${clinic.id}, ${admin.userId}, 'admin')`;
  await sql`update organizations set alert_email = ${email}, phone = '+12025550100' where id = ${clinic.id}`;
  const tuesday = await booked(clinic, "Ann Roe", clinic.day(2), "10:00");
  const wednesday = await booked(clinic, "Ben Roe", clinic.day(3), "10:00");
  return { clinic, admin, sql, tuesday, wednesday };
}

async function close(
  admin: Person,
  clinic: Clinic,
  day: string,
  more: Record<string, string> = {},
) {
  const { status } = await admin.rest("POST", "closures", {
    org_id: clinic.id,
    first_day: day,
    last_day: day,
    reason: "Staff training",
    ...more,
  });
  assert.equal(status, 201);
}

async function emails(clinic: Clinic): Promise<{ subject: string; body: string }[]> {
  const rows = await world.stack.sql<{ subject: string; body: string }[]>`
    select subject, body from emails where org_id = ${clinic.id} order by created_at`;
  return [...rows];
}

Deno.test("no name that a caller gave keeps a clinic from closing", async () => {
  const { clinic, admin, sql, tuesday } = await busyClinic();
  await sql`update appointments set patient_name = repeat('Ann ', 10000) where id = ${tuesday}`;
  await close(admin, clinic, clinic.day(2));
  const [told] = await emails(clinic);
  assert.match(told?.body ?? "", /Ann Ann/);
  await admin.isRefused(
    { status: 400, code: "VT004" },
    admin.rpc("book_appointment", {
      p_org_id: clinic.id,
      p_date: clinic.day(3),
      p_time: "11:00",
      p_patient_name: "A".repeat(501),
      p_patient_phone: PHONE,
    }),
  );
});

Deno.test("the clinic is notified of a closure over booked visits, with names and times, once", async () => {
  const { clinic, admin, sql, tuesday, wednesday } = await busyClinic();
  await close(admin, clinic, clinic.day(2));
  const [told, ...more] = await emails(clinic);
  assert.equal(more.length, 0);
  assert.equal(told?.subject, "One booked visit has to be moved");
  assert.match(told?.body ?? "", /^Closed on Tuesday, .+: Staff training\./);
  for (const part of ["at 10 AM, Clinic, Ann Roe, ", PHONE, tuesday]) {
    assert.ok(told?.body.includes(part), part);
  }
  assert.ok(!told?.body.includes(wednesday));
  await sql`update closures set reason = 'Staff day' where org_id = ${clinic.id}`;
  assert.equal((await emails(clinic)).length, 1, "the same visits are not told again");
});

Deno.test("a time that was held before it was closed and is booked then is told to the clinic", async () => {
  const { clinic, admin } = await busyClinic();
  const caller = { callId: `call/${clinic.id}` };
  const when = { date: clinic.day(4), time: "10:00" };
  assert.equal((await clinic.call("reserveSlot", when, caller)).result.success, true);
  await close(admin, clinic, when.date);
  assert.deepEqual(await emails(clinic), []);
  const { result } = await clinic.call("bookClinicAppointment", {
    patientName: "Cleo Roe",
    patientPhone: PHONE,
    appointmentDate: when.date,
    appointmentTime: when.time,
  }, caller);
  assert.equal(result.success, true, String(result.message));
  const [told] = await emails(clinic);
  assert.equal(told?.subject, "One booked visit has to be moved");
  assert.match(told?.body ?? "", /^Booked by a caller who held this time before it was closed\./);
  assert.ok(told?.body.includes("Cleo Roe"));
});

Deno.test("a closure of other hours, of another calendar or of a free day is nobody's news", async () => {
  const { clinic, admin, sql } = await busyClinic();
  const [other] = await sql`
    insert into calendars (org_id, name, position) values (${clinic.id}, 'Dr. Wu', 1) returning id`;
  await close(admin, clinic, clinic.day(4));
  await close(admin, clinic, clinic.day(2), { starts: "13:00", ends: "15:00" });
  await close(admin, clinic, clinic.day(2), { calendar_id: String(other?.id) });
  assert.deepEqual(await emails(clinic), []);
});

Deno.test("the clinic is notified of visits with a provider who has left", async () => {
  const { clinic, admin } = await busyClinic();
  const reply = await admin.rest("PATCH", `calendars?org_id=eq.${clinic.id}`, { active: false });
  assert.equal(reply.status, 200, JSON.stringify(reply.body));
  const [told] = await emails(clinic);
  assert.equal(told?.subject, "2 booked visits have to be moved");
  assert.match(told?.body ?? "", /^Clinic no longer takes appointments\./);
});

Deno.test("a clinic without an address has the administrator told", async () => {
  const { clinic, admin, sql, tuesday } = await busyClinic({ email: null });
  await close(admin, clinic, clinic.day(2));
  const [alert] = await sql`select kind, detail from alerts where org_id = ${clinic.id}`;
  assert.equal(alert?.kind, "visits_displaced");
  assert.deepEqual(alert?.detail, { appointmentIds: [tuesday] });
});

Deno.test("displaced visits are listed, with why and with free times, until they are moved or open again", async () => {
  const { clinic, admin, sql, tuesday, wednesday } = await busyClinic();
  const list = () => admin.rows(`rpc/displaced_appointments?p_org_id=${clinic.id}`);
  assert.deepEqual(await list(), []);
  await close(admin, clinic, clinic.day(2));
  await sql`delete from business_hours where org_id = ${clinic.id} and weekday = 3`;
  const rows = await list();
  assert.deepEqual(
    rows.map((row) =>
      ["appointment_id", "reason", "closure", "patient_name", "phone"].map((name) => row[name])
    ),
    [
      [tuesday, "closed", "Staff training", "Ann Roe", PHONE],
      [wednesday, "outside_hours", null, "Ben Roe", PHONE],
    ],
  );
  const [near] = alternativesSchema.parse(rows[0]?.["alternatives"]);
  assert.ok(near);
  assert.equal(near.date, clinic.day(4));
  const moved = await admin.does("move_appointment", {
    p_appointment_id: tuesday,
    p_date: near.date,
    p_time: near.slots[0] ?? "",
  });
  assert.equal(moved["success"], true);
  await sql`
    insert into business_hours (org_id, weekday, opens, closes) values (${clinic.id}, 3, '09:00', '17:00')`;
  assert.deepEqual(await list(), []);
});

Deno.test("the staff ask a patient by text to choose another time, once for each time", async () => {
  const { clinic, admin, tuesday } = await busyClinic();
  await close(admin, clinic, clinic.day(2));
  for (let i = 0; i < 2; i++) {
    const asked = await admin.does("offer_to_move", { p_appointment_id: tuesday });
    assert.equal(asked["success"], true, JSON.stringify(asked));
  }
  const offers = (await clinic.messages()).filter(({ kind }) => kind === "move_offer");
  assert.equal(offers.length, 1);
  assert.match(
    offers[0]?.body ?? "",
    /^Example Clinic: we can't see you on Tuesday, .+ at 10 AM\. Please call us at \+12025550100 to choose another time\./,
  );
  assert.equal(offers[0]?.recipient, PHONE);
  const stranger = await Person.signUp(world.stack);
  await stranger.isRefused(
    { status: 404, code: "VT001" },
    stranger.rpc("offer_to_move", { p_appointment_id: tuesday }),
  );
});
