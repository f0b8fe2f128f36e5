/** The kinds of fields: text as it stands, and what is read in the clinic's zone, country and language. */
import { z } from "zod";
import type { JsonValue } from "../json.ts";
import type { Kind } from "./field.ts";
import { type LocalDate, todayIn } from "./local_date.ts";
import { isInternational, readPhone } from "./phone.ts";
import { ask, read } from "./reading.ts";
import { isIsoDate, readDate } from "./spoken_date.ts";
import { readDigits } from "./spoken_digits.ts";
import { type LocalTime, readTime } from "./spoken_time.ts";

const always = () => true;

/** Words, trimmed. */
export const textKind: Kind<string> = {
  schema: z.string(),
  read: (said) => read(said),
  standsAlone: always,
};

/** `YYYY-MM-DD`. */
export const dateKind: Kind<LocalDate> = {
  schema: z.string(),
  read: (said, { now, timezone }) => readDate(said, todayIn(timezone, now)),
  standsAlone: isIsoDate,
};

/** `HH:MM`, 24 hours. */
export const timeKind: Kind<LocalTime> = {
  schema: z.string(),
  read: (said) => readTime(said),
  standsAlone: always,
};

/** E.164. */
export const phoneKind: Kind<string> = {
  schema: z.string(),
  read: (said, { country }) => readPhone(said, country),
  standsAlone: isInternational,
};

const email = z.email().max(254);

/** An e-mail address. */
export const emailKind: Kind<string> = {
  schema: z.email(),
  read: (said) =>
    email.safeParse(said).success
      ? read(said)
      : ask("I could not take down the e-mail address: please say it in full, or none at all."),
  standsAlone: always,
};

/** Six digits, however they were said. */
export const codeKind: Kind<string> = {
  schema: z.string(),
  read(said) {
    const digits = readDigits(said);
    return digits?.length === 6
      ? read(digits)
      : ask("I need the six digits of the code in the text message.");
  },
  standsAlone: always,
};

export const yesNoKind: Kind<boolean> = {
  schema: z.boolean(),
  read: (said) =>
    said === "true" || said === "false" ? read(said === "true") : ask("I need a yes or a no."),
  standsAlone: always,
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
