/** Without Twilio, Google and Resend: nothing fails, and everything says so. */
import assert from "node:assert/strict";
import { Clinic } from "./support/clinic.ts";
import { outboxWorld } from "./support/outbox_world.ts";

const world = outboxWorld({
  env: {
    TWILIO_ACCOUNT_SID: "",
    TWILIO_AUTH_TOKEN: "",
    GOOGLE_SERVICE_ACCOUNT: "",
    RESEND_API_KEY: "",
  },
});

Deno.test("a message is not queued where the caller's function knows of no Twilio", async () => {
  const clinic = await world.clinic();
  const to = await clinic.patient();
  const { sql } = world.stack;
  const [row] = await sql<{ answer: { status: string } }[]>`
    select private.queue_sms(${clinic.id}, null, ${to}, 'confirmation', 'Text', 'one',
      p_call => '{"channels": {"sms": false}}') as answer`;
  assert.deepEqual(row?.answer, { status: "not_configured" });
});

Deno.test("a job that was queued anyway succeeds as not configured, without a request or an alert", async () => {
  const clinic = await world.clinic();
  const to = await clinic.patient();
  const { messageId } = await clinic.queue({ to });
  const [alert] = await world.stack.sql<{ id: string }[]>`
    select private.raise_alert('test', 'warning', 'An alert', '{}', ${clinic.id}) as id`;
  const [email] = await world.stack.sql<{ id: string }[]>`
    select private.queue_email(${clinic.id}, 'a@clinic.example.com', 'Subject', 'Text', ${clinic.id}) as id`;
  const appointment = crypto.randomUUID();
  await world.stack.sql`select private.enqueue('outbox', ${`calendar:${appointment}`}, ${clinic.id},
    ${world.stack.sql.json({ kind: "calendar_event", appointmentId: appointment })})`;
  await world.drain();

  assert.equal((await clinic.message(messageId)).status, "not_configured");
  const keys = [
    `sms:${messageId}`,
    `alert:${alert?.id}`,
    `email:${email?.id}`,
    `calendar:${appointment}`,
  ];
  for (const key of keys) {
    const job = await clinic.job(key);
    assert.deepEqual([job.status, job.result?.status], ["succeeded", "not_configured"], key);
  }
  const alerts = await world.stack.sql`select from alerts where org_id = ${clinic.id}`;
  assert.equal(alerts.length, 1, "the alert stays visible, and no other was raised");
});

Deno.test("a request to the webhook is refused: nobody can have signed it", async () => {
  const response = await fetch(`${world.stack.functionsUrl}/sms-inbound`, {
    method: "POST",
    headers: { "x-twilio-signature": "" },
    body: new URLSearchParams({ From: "+15550100001", Body: "STOP" }),
  });
  assert.equal(response.status, 401);
  await response.body?.cancel();
});

const ANNA = { patientName: "Anna Example", patientPhone: "+15550142001" };
const BEN = { patientName: "Ben Example", patientPhone: "+15550142002" };

/** One whose tools are called. */
async function openClinic(): Promise<Clinic> {
  const { id } = await world.clinic();
  return new Clinic(world.stack, id, "America/New_York");
}

const at = (clinic: Clinic, appointmentTime: string) => ({
  appointmentDate: clinic.day(),
  appointmentTime,
});

Deno.test("without text messages sendSms says so", async () => {
  const clinic = await openClinic();
  const text = { message: "Where we are: 1 Example Street." };
  const { result } = await clinic.call("sendSms", text, { number: ANNA.patientPhone });
  assert.equal(result.code, "sms_not_configured");
});

Deno.test("without text messages reserveAppointment says so and holds nothing", async () => {
  const clinic = await openClinic();
  const { result } = await clinic.call("reserveAppointment", { ...ANNA, ...at(clinic, "09:00") });
  assert.equal(result.code, "sms_not_configured");
  assert.deepEqual(await clinic.states(), []);
});

Deno.test("without text messages the booking stands and says so, and a confirmation is refused", async () => {
  const clinic = await openClinic();
  const args = { ...ANNA, ...at(clinic, "09:00") };
  const booked = (await clinic.call("bookClinicAppointment", args)).result;
  const appointmentId = booked.appointmentId ?? null;
  const refused = (await clinic.call("sendBookingConfirmation", { appointmentId })).result;
  assert.equal(booked.success, true);
  assert.deepEqual(booked.notifications, { sms: "not_configured", calendar: "not_configured" });
  assert.match(String(booked.message), /No text message is set up, so please make a note of it\.$/);
  assert.equal(refused.code, "sms_not_configured");
});

Deno.test("without text messages only the caller's own number can be changed", async () => {
  const clinic = await openClinic();
  await clinic.call("bookClinicAppointment", { ...BEN, ...at(clinic, "09:00") });
  const args = { phone: BEN.patientPhone };
  const others =
    (await clinic.call("cancelAppointment", args, { number: ANNA.patientPhone })).result;
  const own = (await clinic.call("cancelAppointment", args, { number: BEN.patientPhone })).result;
  assert.equal(others.code, "sms_not_configured");
  assert.equal(own.success, true);
});
