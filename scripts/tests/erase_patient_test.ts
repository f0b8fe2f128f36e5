/** A patient whom the clinic has erased is found nowhere afterwards, here or in the clinic's calendar at Google. */
import assert from "node:assert/strict";
import { type Stack, startStack } from "../local/stack.ts";
import { changeVisits } from "./support/change_visits.ts";
import { Clinic } from "./support/clinic.ts";
import {
  nothingLeftToDo,
  PATIENT,
  patientsStory,
  PHONES,
  PROVIDERS_CALENDAR,
} from "./support/patients_story.ts";
import { scanTables } from "./support/personal_scan.ts";
import { quiet } from "./support/world.ts";
import { launchHere } from "./support/launch_here.ts";

let stack: Stack;
let clinic: Clinic;

const nobody = {
  contacts: 0,
  appointments: 0,
  calendarEvents: 0,
  messages: 0,
  emails: 0,
  optOutsKept: 0,
};

Deno.test.beforeAll(async () => {
  stack = await startStack({
    cron: false,
    launch: launchHere,
    integrations: { twilio: { delivers: true } },
  });
});
Deno.test.afterAll(() => stack.close());

async function erase(phone: string, orgId = clinic.id): Promise<Record<string, number>> {
  const [row] = await stack.sql`select erase_patient(${orgId}, ${phone}) as erased`;
  return row?.erased;
}

Deno.test("erase_patient() leaves no number, name, note or address of a patient in any table but the opt-outs", async () => {
  const story = await patientsStory(stack);
  const [org] = await stack.sql<{ id: string }[]>`select id from organizations`;
  assert.ok(org);
  clinic = new Clinic(stack, org.id, "America/New_York");
  await stack.integrations.twilio.receive({ from: PATIENT.patientPhone, body: "STOP" });
  // One visit is past, and one that was just booked is not at Google yet.
  await changeVisits(stack.sql, (sql) =>
    sql`
    update appointments set starts_at = starts_at - interval '1 year', ends_at = ends_at - interval '1 year',
      busy = tstzrange(starts_at - interval '1 year', ends_at - interval '1 year')
    where id = (select id from appointments where state = 'confirmed' limit 1)`);
  await quiet(stack, "outbox");
  const { result } = await clinic.call("bookClinicAppointment", {
    ...PATIENT,
    appointmentDate: clinic.day(3),
    appointmentTime: "15:00",
  });
  assert.equal(result.success, true);
  assert.ok(stack.integrations.google.eventsOf(PROVIDERS_CALENDAR).length > 0);

  const erased = await erase(PATIENT.patientPhone);
  assert.deepEqual({
    contacts: erased.contacts,
    emails: erased.emails,
    optOuts: erased.optOutsKept,
  }, {
    contacts: 1,
    emails: 1,
    optOuts: 1,
  });
  for (const what of ["appointments", "calendarEvents", "messages"]) {
    assert.ok((erased[what] ?? 0) >= 2, `${what}: ${erased[what]}`);
  }
  // The same name under the numbers of people who booked for others.
  await erase(PHONES.relative);
  await erase(PHONES.landline);

  const found = (await scanTables(stack.sql, story)).filter(({ kind, text }) =>
    kind === "name" || text.includes(PATIENT.patientPhone.slice(-10)) ||
    text.includes(PATIENT.patientEmail)
  );
  assert.deepEqual(found.map(({ where, kind }) => `${kind} in ${where}`), [
    "phone in sms_opt_outs.phone",
  ]);

  stack.net.resume();
  await nothingLeftToDo(stack);
  assert.deepEqual(stack.integrations.google.eventsOf(PROVIDERS_CALENDAR), []);
  const events = await stack.sql`select from calendar_events`;
  assert.equal(events.length, 0);
  assert.equal((await stack.sql`select from jobs where status = 'dead'`).length, 0);
  assert.deepEqual(await erase(PATIENT.patientPhone), { ...nobody, optOutsKept: 1 });
});

Deno.test("what erase_patient() leaves of a visit is deleted after 30 days", async () => {
  const visits = async () => (await stack.sql`select from appointments`).length;
  assert.ok(await visits() > 0);
  await stack.sql.begin(async (transaction) => {
    // Without the trigger that would set updated_at to now.
    await transaction`set local session_replication_role = replica`;
    await transaction`update appointments set updated_at = now() - interval '31 days'`;
  });
  await stack.cron.run("forget-expired-holds");
  assert.equal(await visits(), 0);
});

Deno.test("erase_patient() touches no other clinic's patient, and no other number", async () => {
  const [other] = await stack.sql<{ id: string }[]>`
    insert into organizations (name, timezone, country) values ('Other Clinic', 'America/New_York', 'US') returning id`;
  assert.ok(other);
  await stack.sql`
    insert into contacts ${
    stack.sql([
      { org_id: clinic.id, phone: "+15557390001" },
      { org_id: clinic.id, phone: "+15557390002" },
      { org_id: other.id, phone: "+15557390001" },
    ])
  }`;
  assert.deepEqual(await erase("+15557390001", other.id), { ...nobody, contacts: 1 });
  const left = await stack.sql`
    select org_id, phone from contacts where phone like '+1555739000_' order by phone`;
  assert.deepEqual([...left], [
    { org_id: clinic.id, phone: "+15557390001" },
    { org_id: clinic.id, phone: "+15557390002" },
  ]);
});

Deno.test("erase_patient() refuses an invalid number and an unknown organization", async () => {
  await assert.rejects(erase("(555) 739-0001"), { code: "VT004", message: /555\) 739-0001/ });
  await assert.rejects(erase("+15557390001", crypto.randomUUID()), { code: "VT001" });
});

Deno.test("a whole clinic can be deleted, with all that belongs to it", async () => {
  await stack.sql`delete from organizations where id = ${clinic.id}`;
  const left = await stack.sql`select from contacts where org_id = ${clinic.id}`;
  assert.equal(left.length, 0);
});
