/**
 * Arguments that several tools share.
 *
 * A field's `description` is for the model. Its error is what the assistant asks for when the field is
 * missing or unusable: a noun phrase that completes "I need …". Fields stay plain strings where people
 * speak freely ("next Tuesday", "2 pm"); the handlers read them in the clinic's time zone and country.
 */
import { z } from "zod";

/** A text that must not be blank. `ask` completes "I need …". */
export function text(ask: string, description: string): z.ZodString {
  return z.string(ask).trim().min(1, ask).max(500, `${ask}, in fewer words`).describe(description);
}

const DATE_ASK = "the date as day and month";
const TIME_ASK = "the time of day";

export const date: z.ZodString = text(
  DATE_ASK,
  "Date of the visit as YYYY-MM-DD. Work it out from what the caller says and today's date; if the caller is vague, ask.",
);

export const time: z.ZodString = text(
  TIME_ASK,
  "Start time in the clinic's local time as HH:MM, 24 hours, for example 14:30.",
);

export const patientName: z.ZodString = text(
  "the patient's full name",
  "Full name of the patient, as the caller gave it.",
);

export const patientPhone: z.ZodString = text(
  "the patient's phone number, with area code",
  "Phone number of the patient, as the caller gave it, best with country code, for example +15550142. Never invent one.",
);

export const patientEmail: z.ZodOptional<z.ZodEmail> = z
  .email("the e-mail address in full, or none at all")
  .max(254, "a shorter e-mail address, or none at all")
  .describe("E-mail address of the patient, if the caller wants to give one.")
  .optional();

export const service: z.ZodOptional<z.ZodString> = text(
  "the kind of visit",
  "Kind of visit, as the clinic calls it, for example Check-up. Leave out for a usual appointment.",
).optional();

export const provider: z.ZodOptional<z.ZodString> = text(
  "the name of the doctor or calendar",
  "Doctor or calendar that the caller asks for by name. Leave out if anyone will do.",
).optional();

export const holdId: z.ZodOptional<z.ZodString> = text(
  "the hold id from the earlier answer",
  "The holdId from the answer of an earlier reservation in this call, if there was one.",
).optional();

export const appointmentId: z.ZodOptional<z.ZodString> = text(
  "the appointment id from the earlier answer",
  "The appointmentId from an earlier answer in this call, if there was one.",
).optional();

/** Which of the caller's appointments is meant; for tools that change one. */
export const ownAppointment = {
  appointmentId,
  phone: text(
    "the phone number of the appointment, with area code",
    "Phone number that the appointment was booked under, if it is not the one the caller calls from.",
  ).optional(),
} as const;

export const code: z.ZodString = text(
  "the six digits of the code in the text message",
  "The six-digit code that the patient reads out from the text message.",
);
