/**
 * A day between a clinic and its patients on which much goes wrong: the calls of the demo, codes, messages, opt-outs, and requests with
 * personal data where none belongs. All personal data that was said is known afterwards.
 */
import assert from "node:assert/strict";
import type { JsonObject, JsonValue } from "../../../shared/json.ts";
import { connectServices } from "../../demo/deliveries.ts";
import { seedAgent, seedOrganization } from "../../local/seed.ts";
import type { Stack } from "../../local/stack.ts";
import { Clinic } from "./clinic.ts";
import { eventually } from "./eventually.ts";

/** The person whose data it is. None of these words occurs anywhere by chance. */
export const PATIENT = {
  patientName: "Zephyrine Quillfeather",
  patientPhone: "+15557391846",
  patientEmail: "zq@quillfeather.example.com",
  notes: "Xylophonist with vertigo",
};
export const PATIENT_WORDS = /zephyrine|quillfeather|xylophonist|vertigo/i;

/** A provider's own calendar: its id at Google is their address. */
export const PROVIDERS_CALENDAR = "provider@clinic.example.com";

/** Who else called, or was booked for. */
export const PHONES = {
  relative: "+15557200461",
  landline: "+15557310592",
  optedOut: "+15557420683",
} as const;

/** Read out when no code was requested. */
const MISPLACED_CODE = "135790";

export interface Story {
  readonly phones: readonly string[];
  /** Every code that was sent, and the misplaced one. */
  readonly codes: readonly string[];
  /** Keys, tokens, passwords. */
  readonly secrets: readonly string[];
}

/** Plays the day, and waits until nothing is left to do. */
export async function patientsStory(stack: Stack): Promise<Story> {
  const { twilio, env } = stack.integrations;
  const seed = await seedOrganization(stack);
  await connectServices(stack, seed, PROVIDERS_CALENDAR);
  await stack.functions.prewarm(["agent-save", "tool-sync"]);
  const { assistantId } = await seedAgent(stack, seed);
  assert.ok(assistantId);
  const clinic = new Clinic(stack, seed.org.id, "America/New_York");
  twilio.account.landlines.add(PHONES.landline);

  await bookings(clinic, assistantId);
  await mistakes(clinic, assistantId, seed.user.accessToken);
  await twilio.receive({ from: PHONES.optedOut, body: `STOP texting ${PATIENT.patientName}` });
  await twilio.receive({ from: PHONES.optedOut, body: "STOP" });
  await clinicsMail(stack, seed.org.id);
  const service = { headers: { apikey: stack.secretKey } };
  await clinic.post("verify-config", { record: true }, service);
  await clinic.post("migrate-tools", { dryRun: true }, service);
  await nothingLeftToDo(stack);

  return {
    phones: [PATIENT.patientPhone, ...Object.values(PHONES)],
    codes: [...codesIn(stack), MISPLACED_CODE],
    secrets: [
      stack.secretKey,
      stack.webhookSecret,
      stack.vapi.key,
      seed.user.password,
      seed.user.accessToken,
      env.TWILIO_AUTH_TOKEN ?? "",
      env.RESEND_API_KEY ?? "",
      // A line from the middle of the private key.
      /[\w+/]{60}/.exec(env.GOOGLE_SERVICE_ACCOUNT ?? "")?.[0] ?? "",
    ],
  };
}

/** Every tool, used well and badly, until the patient has one visit left. */
async function bookings(clinic: Clinic, assistantId: string): Promise<void> {
  const { stack } = clinic;
  const day = clinic.day();
  const at = (appointmentTime: string) => ({ appointmentDate: day, appointmentTime });
  const caller = { assistantId, number: PATIENT.patientPhone };
  const call = async (tool: string, args: JsonObject, options: JsonObject = {}) =>
    (await clinic.call(tool, args, { ...caller, ...options })).result;

  await call("checkAvailability", { date: day });
  const booked = await call("bookClinicAppointment", { ...PATIENT, ...at("09:00") });
  assert.equal(booked.success, true);
  await call("sendBookingConfirmation", { appointmentId: booked.appointmentId ?? "", again: true });
  await call("sendSms", { message: `Please bring your papers, ${PATIENT.patientName}.` });
  await call("rescheduleAppointment", { newDate: day, newTime: "09:30" });

  const held = { callId: crypto.randomUUID() };
  await call("reserveSlot", { date: day, time: "10:00" }, held);
  await call("reserveAppointment", { ...PATIENT, ...at("10:00") }, held);
  const code = await newestCode(stack, PATIENT.patientPhone);
  await call("verifyBookingCode", { code: code === "100000" ? "100001" : "100000" }, held);
  assert.equal((await call("verifyBookingCode", { code }, held)).success, true);

  // From another number, with a code, and with words instead of digits.
  const relative = { callId: crypto.randomUUID(), number: PHONES.relative };
  const theirs = { phone: PATIENT.patientPhone, date: day, time: "10:00" };
  await call("cancelAppointment", theirs, relative);
  const second = await newestCode(stack, PATIENT.patientPhone, code);
  await call("cancelAppointment", { ...theirs, code: [...second].join(" ") }, relative);
  await call("bookClinicAppointment", {
    ...PATIENT,
    ...at("11:00"),
    patientPhone: PHONES.landline,
  });
  const waits = await call("joinWaitlist", { patientName: PATIENT.patientName, date: day });
  assert.equal(waits.success, true);
  // Given up: its code is sent, and never read out.
  await call("reserveAppointment", { ...PATIENT, ...at("13:00"), patientPhone: PHONES.relative });
}

/** Personal data and keys where none belong: refusals are logged. */
async function mistakes(clinic: Clinic, assistantId: string, token: string): Promise<void> {
  const { stack } = clinic;
  const said = { ...PATIENT, code: MISPLACED_CODE, transcript: PATIENT.notes };
  const text = JSON.stringify(said);
  // An engine's message about it quotes the text around the mistake.
  const mistyped = text.replace(`"${MISPLACED_CODE}"`, `x${MISPLACED_CODE}`);
  const secret = { "x-vapi-secret": stack.webhookSecret };
  const call = { id: crypto.randomUUID(), assistantId, customer: { number: PATIENT.patientPhone } };
  const event = (type: string, more: JsonObject = {}): JsonValue => ({
    message: { type, call, artifact: said, transcript: text, ...more },
  });
  const user = { authorization: `Bearer ${token}`, apikey: stack.publishableKey };
  const requests: [slug: string, body: JsonValue, headers: Record<string, string>][] = [
    ["book-clinic-appointment", text.slice(0, -2), secret],
    [
      "book-clinic-appointment",
      { toolCallId: PATIENT.patientPhone, tool: { arguments: text } },
      secret,
    ],
    [
      "book-clinic-appointment",
      event("tool-calls", { toolCallList: [{ id: "misused", name: text }] }),
      secret,
    ],
    ["booking-verify-otp", text, { "x-vapi-secret": stack.secretKey }],
    ["booking-verify-otp", text, { authorization: `Bearer ${token}` }],
    ["vapi-webhook", event("status-update", { status: "in-progress" }), secret],
    ["vapi-webhook", event("transcript"), secret],
    [
      "vapi-webhook",
      event("end-of-call-report", { endedReason: "customer-ended-call", summary: text }),
      secret,
    ],
    ["vapi-webhook", text.slice(1), secret],
    ["vapi-webhook", mistyped, secret],
    ["agent-save", mistyped, user],
    ["agent-save", {
      [PATIENT.patientPhone]: 1,
      name: PATIENT.patientEmail,
      role: PATIENT.patientName,
    }, user],
    ["agent-save", text, { authorization: `Bearer ${stack.secretKey}` }],
    ["tool-sync", text, { apikey: stack.webhookSecret }],
    ["migrate-tools", said, { apikey: stack.secretKey }],
    ["sms-inbound", new URLSearchParams(said).toString(), { "x-twilio-signature": "wrong" }],
  ];
  for (const [slug, body, headers] of requests) {
    const response = await clinic.post(slug, body, { headers });
    await response.body?.cancel();
    assert.ok(response.status < 500, slug);
  }
}

async function clinicsMail({ sql }: Stack, orgId: string): Promise<void> {
  await sql`
    select private.queue_email(${orgId}, alert_email, 'Two entries at the same time', ${`Please call ${PATIENT.patientName} at ${PATIENT.patientPhone}.`}, 'story') from organizations where id = ${orgId}`;
  await sql`select private.raise_alert('story', 'warning', 'Something wants looking after', p_org_id => ${orgId})`;
}

function codesIn({ integrations }: Stack, to?: string): string[] {
  const texts = integrations.twilio.textsTo(to).map(({ body }) => body);
  return texts.flatMap((body) => /code is (\d{6})/.exec(body)?.[1] ?? []);
}

/** The code that was last sent to the number, once it differs from `before`. */
async function newestCode(stack: Stack, to: string, before?: string): Promise<string> {
  let code: string | undefined;
  await eventually("the code has come", () => {
    code = codesIn(stack, to).at(-1);
    return code !== undefined && code !== before;
  });
  return code ?? "";
}

/** Waits until every job that is due, and every request of the database, has ended. */
export async function nothingLeftToDo({ sql, integrations }: Stack): Promise<void> {
  await eventually("nothing is left to be done", async () => {
    const open = await sql`
      select from jobs where status = 'running' or (status = 'pending' and run_at <= now())
      union all select from net.http_request_queue`;
    return open.length === 0;
  });
  await integrations.twilio.settled();
}
