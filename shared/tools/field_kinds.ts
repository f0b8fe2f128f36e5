/** The kinds of fields: text as it stands, and what is read in the clinic's zone, country and language. */
import { z } from "zod";
import type { JsonValue } from "../json.ts";
import type { Kind } from "./define.ts";
import type { LocalDate } from "./local_date.ts";
import { isAnything, isNothing, readBoolean } from "./readers/phrases.ts";
import { readCode } from "./readers/digits.ts";
import { isPlainDate, readDate } from "./readers/date.ts";
import { isPlainEmail, readEmail } from "./readers/email.ts";
import { isPlainPhone, readPhone } from "./readers/phone.ts";
import { isPlainTime, type LocalTime, readTime } from "./readers/time.ts";
import { readDayWish, readPart, readTimeWish } from "./readers/wish.ts";
import { ask, NOTHING, type Part, read } from "./reading.ts";

const always = () => true;

/** Words, trimmed. */
export const textKind: Kind<string> = {
  schema: z.string(),
  read: (said) => isNothing(said) ? NOTHING : read(said),
  standsAlone: always,
};

/** A name out of the clinic's, where "anyone" and "no preference" leave the choice to us. */
export const choiceKind: Kind<string> = {
  schema: z.string(),
  read: (said) => isNothing(said) || isAnything(said) ? NOTHING : read(said),
  standsAlone: always,
};

/** `YYYY-MM-DD`. */
export const dateKind: Kind<LocalDate> = {
  schema: z.string(),
  read: (said, context) => isNothing(said) ? NOTHING : readDate(said, context),
  standsAlone: isPlainDate,
};

/** `HH:MM`, 24 hours. */
export const timeKind: Kind<LocalTime> = {
  schema: z.string(),
  read: (said, context) => isNothing(said) ? NOTHING : readTime(said, context, context.told),
  standsAlone: isPlainTime,
};

/** `YYYY-MM-DD`, of the first day that will do; nothing, if that is the first one with a free time. */
export const dayWishKind: Kind<LocalDate> = {
  schema: z.string(),
  read: readDayWish,
  standsAlone: isPlainDate,
};

/** `HH:MM`; a part of the day is told to its own field. */
export const timeWishKind: Kind<LocalTime> = {
  schema: z.string(),
  read: readTimeWish,
  standsAlone: isPlainTime,
};

export const partOfDayKind: Kind<Part> = {
  schema: z.enum(["morning", "afternoon", "evening"]),
  read: readPart,
  standsAlone: (said) => ["morning", "afternoon", "evening"].includes(said),
};

/** E.164. */
export const phoneKind: Kind<string> = {
  schema: z.string(),
  read: readPhone,
  standsAlone: isPlainPhone,
};

/** An e-mail address. */
export const emailKind: Kind<string> = {
  schema: z.email(),
  read: readEmail,
  standsAlone: isPlainEmail,
};

/** An id out of an earlier answer. What is none is carried along as it stands: it finds nothing. */
export const idKind: Kind<string> = { ...textKind, schema: z.guid() };

/** Six digits, however they were said. */
export const codeKind: Kind<string> = {
  schema: z.string().regex(/^\d{6}$/),
  read: readCode,
  standsAlone: (said) => /^\d{6}$/.test(said),
};

export const yesNoKind: Kind<boolean> = {
  schema: z.boolean(),
  read: readBoolean,
  standsAlone: (said) => said === "true" || said === "false",
};

/** Whatever a schema takes that Vapi can be told of: a choice, a number, a list. Text is given to the schema as it is. */
export function jsonKind<T extends JsonValue>(schema: z.ZodType<T>, sentence: string): Kind<T> {
  return {
    schema,
    read(said) {
      const parsed = schema.safeParse(said);
      return parsed.success ? read(parsed.data) : ask(sentence);
    },
    standsAlone: always,
  };
}
