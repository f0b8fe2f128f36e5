/**
 * Arguments that several tools share, and `text` for those of one.
 *
 * A field's `description` is for the model. Its `ask` is what the assistant asks for when the field is missing: a noun phrase
 * that completes "I need …". Where people speak freely ("next Tuesday", "2 pm"), Vapi is told of a plain text, and the field's
 * kind reads it.
 */
import type { Field } from "./define.ts";
import {
  choiceKind,
  codeKind,
  dateKind,
  emailKind,
  idKind,
  phoneKind,
  textKind,
  timeKind,
  yesNoKind,
} from "./field_kinds.ts";

/** Words that are taken as they stand. `ask` completes "I need …". */
export function text(ask: string, description: string): Field<string> {
  return { kind: textKind, ask, description };
}

export const date: Field<string> = {
  kind: dateKind,
  ask: "the date as day and month",
  description: "Day as YYYY-MM-DD. If the caller is vague, ask.",
};

export const time: Field<string> = {
  kind: timeKind,
  ask: "the time of day",
  description: "Start, local, as HH:MM in 24 hours.",
};

export const patientName: Field<string> = text(
  "the patient's full name",
  "Full name.",
);

export const patientPhone: Field<string> = {
  kind: phoneKind,
  ask: "the patient's phone number, with area code",
  description: "Phone number with country code, for example +12025550142. Never invent one.",
};

export const patientEmail = {
  kind: emailKind,
  ask: "the e-mail address in full, or none at all",
  description: "E-mail address, if they give one.",
  optional: true,
  dispensable: true,
} as const satisfies Field<string>;

/** Asked for by an answer with the code `another_patient`. */
export const anotherPatient = {
  kind: yesNoKind,
  ask: "whether this is another patient",
  description:
    "Only if an earlier answer asks: true for another patient at the same time, false to correct the name.",
  optional: true,
} as const satisfies Field<boolean>;

export const service = {
  ...text(
    "the kind of visit",
    "Kind of visit, by its name at the clinic. Leave out for the usual one.",
  ),
  kind: choiceKind,
  optional: true,
} as const satisfies Field<string>;

export const provider = {
  ...text(
    "the name of the doctor or calendar",
    "Doctor asked for by name. Leave out if anyone will do.",
  ),
  kind: choiceKind,
  optional: true,
} as const satisfies Field<string>;

export const holdId = {
  kind: idKind,
  ask: "the hold id from the earlier answer",
  description: "Of an earlier answer, if any.",
  optional: true,
} as const satisfies Field<string>;

export const appointmentId = {
  kind: idKind,
  ask: "the appointment id from the earlier answer",
  description: "Of an earlier answer, if any.",
  optional: true,
} as const satisfies Field<string>;

export const code: Field<string> = {
  kind: codeKind,
  ask: "the six digits of the code in the text message",
  description: "Six digits from the text message.",
};

/** Which of the caller's appointments is meant; for tools that change one. */
export const ownAppointment = {
  appointmentId,
  phone: {
    kind: phoneKind,
    ask: "the phone number of the appointment, with area code",
    description: "Number it was booked under, if it is not the caller's own.",
    optional: true,
  },
} as const satisfies { readonly [name: string]: Field<string> };
