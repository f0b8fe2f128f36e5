/**
 * Arguments that several tools share, and `text` for those of one.
 *
 * A field's `description` is for the model. Its `ask` is what the assistant asks for when the field is missing: a noun phrase
 * that completes "I need …". Where people speak freely ("next Tuesday", "2 pm"), Vapi is told of a plain text, and the field's
 * kind reads it.
 */
import type { Field } from "./field.ts";
import {
  choiceKind,
  codeKind,
  dateKind,
  emailKind,
  phoneKind,
  textKind,
  timeKind,
} from "./field_kinds.ts";

/** Words that are taken as they stand. `ask` completes "I need …". */
export function text(ask: string, description: string): Field<string> {
  return { kind: textKind, ask, description };
}

export const date: Field<string> = {
  kind: dateKind,
  ask: "the date as day and month",
  description:
    "Date of the visit as YYYY-MM-DD. Work it out from what the caller says and today's date; if the caller is vague, ask.",
};

export const time: Field<string> = {
  kind: timeKind,
  ask: "the time of day",
  description: "Start time in the clinic's local time as HH:MM, 24 hours, for example 14:30.",
};

export const patientName: Field<string> = text(
  "the patient's full name",
  "Full name of the patient, as the caller gave it.",
);

export const patientPhone: Field<string> = {
  kind: phoneKind,
  ask: "the patient's phone number, with area code",
  description:
    "Phone number of the patient, as the caller gave it, best with country code, for example +12025550142. Never invent one.",
};

export const patientEmail = {
  kind: emailKind,
  ask: "the e-mail address in full, or none at all",
  description: "E-mail address of the patient, if the caller wants to give one.",
  optional: true,
  dispensable: true,
} as const satisfies Field<string>;

export const service = {
  ...text(
    "the kind of visit",
    "Kind of visit, as the clinic calls it, for example Check-up. Leave out for a usual appointment.",
  ),
  kind: choiceKind,
  optional: true,
} as const satisfies Field<string>;

export const provider = {
  ...text(
    "the name of the doctor or calendar",
    "Doctor or calendar that the caller asks for by name. Leave out if anyone will do.",
  ),
  kind: choiceKind,
  optional: true,
} as const satisfies Field<string>;

export const holdId = {
  ...text(
    "the hold id from the earlier answer",
    "The holdId from the answer of an earlier reservation in this call, if there was one.",
  ),
  optional: true,
} as const satisfies Field<string>;

export const appointmentId = {
  ...text(
    "the appointment id from the earlier answer",
    "The appointmentId from an earlier answer in this call, if there was one.",
  ),
  optional: true,
} as const satisfies Field<string>;

export const code: Field<string> = {
  kind: codeKind,
  ask: "the six digits of the code in the text message",
  description: "The six-digit code that the patient reads out from the text message.",
};

/** Which of the caller's appointments is meant; for tools that change one. */
export const ownAppointment = {
  appointmentId,
  phone: {
    kind: phoneKind,
    ask: "the phone number of the appointment, with area code",
    description:
      "Phone number that the appointment was booked under, if it is not the one the caller calls from.",
    optional: true,
  },
} as const satisfies { readonly [name: string]: Field<string> };
