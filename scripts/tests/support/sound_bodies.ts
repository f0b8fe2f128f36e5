/** Valid bodies of every function, into which nasty values are put. */
import type { JsonObject } from "../../../shared/json.ts";
import { type Clinic, requestBody, SHAPES } from "./clinic.ts";
import type { FunctionRow } from "./callers.ts";

/** The owner of the bodies. */
export interface Sender {
  readonly clinic: Clinic;
  readonly assistantId: string;
  readonly agentId: string;
}

const PATIENT = {
  patientName: "Ordinary Caller",
  patientPhone: "+15557200461",
  patientEmail: "caller@example.com",
};

/** Valid arguments of each tool, by the last part of its URL. */
function toolArguments(day: string): Record<string, { tool: string; args: JsonObject }> {
  const visit = {
    appointmentDate: day,
    appointmentTime: "10:00",
    service: "Appointment",
    provider: "Clinic",
  };
  const slot = { date: day, time: "10:00", service: "Appointment", provider: "Clinic" };
  const own = { appointmentId: crypto.randomUUID(), phone: "+15557200461", code: "123456" };
  return {
    "clinic-info": {
      tool: "clinicInfo",
      args: { topic: "question", question: "Is there parking?" },
    },
    "waitlist-join": {
      tool: "joinWaitlist",
      args: {
        patientName: PATIENT.patientName,
        date: day,
        until: day,
        partOfDay: "morning",
        service: "Appointment",
        provider: "Clinic",
        phone: own.phone,
        code: own.code,
      },
    },
    "calendar-check": { tool: "checkAvailability", args: slot },
    "calendar-reserve": { tool: "reserveSlot", args: slot },
    "booking-reserve-atomic": {
      tool: "reserveAppointment",
      args: { ...PATIENT, ...visit, holdId: crypto.randomUUID() },
    },
    "booking-verify-otp": {
      tool: "verifyBookingCode",
      args: { code: "123456", holdId: crypto.randomUUID() },
    },
    "booking-send-confirmation": {
      tool: "sendBookingConfirmation",
      args: { appointmentId: crypto.randomUUID(), again: true },
    },
    "sms-send": { tool: "sendSms", args: { message: "Hello.", phone: "+15557200461" } },
    "book-clinic-appointment": {
      tool: "bookClinicAppointment",
      args: { ...PATIENT, ...visit, notes: "A note", holdId: crypto.randomUUID() },
    },
    "appointment-find": {
      tool: "findAppointments",
      args: { phone: "+15551230001", code: "123456" },
    },
    "appointment-cancel": { tool: "cancelAppointment", args: { ...own, date: day, time: "10:00" } },
    "appointment-reschedule": {
      tool: "rescheduleAppointment",
      args: { ...own, newDate: day, newTime: "11:00", date: day, time: "10:00" },
    },
  };
}

/** Bodies that the function takes; those of Twilio as the parameters of a form. */
export function soundBodies({ slug, calledBy }: FunctionRow, sender: Sender): JsonObject[] {
  const { clinic, assistantId, agentId } = sender;
  if (calledBy === "user") return agents(clinic.id, agentId);
  if (calledBy === "service") return [{ dryRun: true, orgId: clinic.id }, { endpoints: false }, {}];
  if (calledBy === "twilio") {
    return [
      { From: "+15557200461", Body: "Hello", MessageSid: "SM1" },
      { From: "+15557200461", Body: "HELP", OptOutType: "HELP" },
      { MessageSid: "SM1", MessageStatus: "undelivered", ErrorCode: "30003" },
    ];
  }
  const known = toolArguments(clinic.day());
  if (slug === "vapi-webhook") {
    return [...events(assistantId), ...calls(sender, known["calendar-check"])];
  }
  return calls(sender, known[slug]);
}

function agents(orgId: string, agentId: string): JsonObject[] {
  const agent = {
    role: "inbound",
    name: "Front desk",
    systemPrompt: "Be kind.",
    firstMessage: "Hello",
    voice: { provider: "11labs", voiceId: "paula" },
    model: { provider: "openai", model: "gpt-4o", temperature: 0.4 },
    language: "en",
    maxDurationSeconds: 600,
    tools: ["checkAvailability"],
  };
  return [{ orgId, ...agent }, { orgId, agentId, version: 1, ...agent }];
}

function calls(
  { clinic, assistantId }: Sender,
  known: { tool: string; args: JsonObject } | undefined,
): JsonObject[] {
  if (known === undefined) {
    throw new Error("A tool has no sound arguments: add them to sound_bodies.ts");
  }
  const call = { assistantId, metadataOrgId: null, number: "+15557200461" };
  return SHAPES.map((shape) =>
    requestBody(clinic.id, known.tool, known.args, {
      ...call,
      shape,
      toolCallId: crypto.randomUUID(),
    })
  );
}

function events(assistantId: string): JsonObject[] {
  const call = { id: crypto.randomUUID(), assistantId, customer: { number: "+15557200461" } };
  return [
    {
      message: {
        type: "status-update",
        status: "in-progress",
        startedAt: "2026-01-05T09:00:00Z",
        call,
      },
    },
    {
      message: {
        type: "end-of-call-report",
        endedAt: "2026-01-05T09:01:00Z",
        endedReason: "customer-ended-call",
        cost: 0.07,
        call,
      },
    },
    { message: { type: "assistant-request", phoneNumber: { id: "number" }, call: { id: "x" } } },
  ];
}
