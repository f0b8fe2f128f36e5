/**
 * Arguments that several tools share, `text` for those of a single tool, and their kinds: plain text, and values that are read in
 * the clinic's zone, country and language. Readers, with the words of all languages, are loaded with the first text that is not
 * plain: models mostly write what they were asked for.
 *
 * A field's `description` is for the model. Its `ask` is what the assistant asks for when the field is missing: a noun phrase
 * that completes "I need ...". Where people speak freely ("next Tuesday", "2 pm"), Vapi is told to expect plain text, and the
 * field's kind reads it.
 */
import type { z } from "zod";
import type { JsonValue } from "../json.ts";
import type { Field, Kind, Zod } from "./define.ts";
import type { LocalDate } from "./local_date.ts";
import { loadNumbering, plainPhone } from "./readers/numbering.ts";
import {
  isAnything,
  isNothing,
  isSomebody,
  readYesOrNo,
  withoutIntroduction,
} from "./readers/phrases.ts";
import { type LocalTime, plainDate, plainEmail, plainTime } from "./readers/plain.ts";
import { ask, NOTHING, type Part, read, type Reading } from "./reading.ts";

const anyText = (z: Zod) => z.string();

/** A placeholder for a value that was never filled in: `{{patientName}}`, `[name]`, `<name>`. */
const BLANK_FORM = /^(?:\$?\{+[^{}]*\}+|\[[^[\]]*\]|<[^<>]*>|%[\w.]+%)$/;

/** Words, trimmed. */
export const textKind: Kind<string> = {
  schema: anyText,
  plain: (said) => isNothing(said) || BLANK_FORM.test(said) ? NOTHING : read(said),
  read: (said) => read(said),
};

/** A person's name: a text without a letter is not one, nor is "my son". */
export const nameKind: Kind<string> = {
  ...textKind,
  plain(said, now) {
    const name = withoutIntroduction(
      said.replace(/\p{Cf}|[\p{Extended_Pictographic}\p{Emoji_Modifier}]/gu, "")
        .replace(/\s+/g, " ").trim(),
    );
    return /\p{L}/u.test(name) && !isSomebody(name) ? textKind.plain(name, now) : NOTHING;
  },
};

/** One of the clinic's names; "anyone" and "no preference" leave the choice to us. */
export const choiceKind: Kind<string> = {
  ...textKind,
  plain: (said, now) => isAnything(said) ? NOTHING : textKind.plain(said, now),
};

/** `YYYY-MM-DD`. */
export const dateKind: Kind<LocalDate> = {
  schema: anyText,
  plain: orNothing(plainDate),
  read: async (said, context) => (await import("./readers/date.ts")).readDate(said, context),
};

/** `HH:MM`, 24 hours. */
export const timeKind: Kind<LocalTime> = {
  schema: anyText,
  plain: orNothing(plainTime),
  read: async (said, context) =>
    (await import("./readers/time.ts")).readTime(said, context, context.told),
};

/** `YYYY-MM-DD`, the first day that will do; nothing if that is simply the first one with a free time. */
export const requestedDayKind: Kind<LocalDate> = {
  ...dateKind,
  read: async (said, context) =>
    (await import("./readers/requested.ts")).readRequestedDay(said, context),
};

/** `HH:MM`; a part of the day is passed to its own field. */
export const requestedTimeKind: Kind<LocalTime> = {
  ...timeKind,
  read: async (said, context) =>
    (await import("./readers/requested.ts")).readRequestedTime(said, context),
};

const PARTS: readonly Part[] = ["morning", "afternoon", "evening"];

export const partOfDayKind: Kind<Part> = {
  schema: (z) => z.enum(PARTS),
  plain: orNothing((said) => {
    const part = PARTS.find((each) => each === said);
    return part === undefined ? null : read(part);
  }),
  read: async (said, context) => (await import("./readers/requested.ts")).readPart(said, context),
};

/** E.164. */
export const phoneKind: Kind<string> = {
  schema: anyText,
  plain: orNothing(plainPhone),
  read: async (said, context) =>
    await (await import("./readers/phone.ts")).readPhone(said, context),
};

/** An e-mail address. */
export const emailKind: Kind<string> = {
  schema: (z) => z.email(),
  plain: orNothing(plainEmail),
  read: async (said, context) => (await import("./readers/email.ts")).readEmail(said, context),
};

/** An id from an earlier answer. Anything else is passed on unchanged: it finds nothing. */
const idKind: Kind<string> = { ...textKind, schema: (z) => z.guid() };

/** Six digits, however they were said. */
export const codeKind: Kind<string> = {
  schema: (z) => z.string().regex(/^\d{6}$/),
  plain: orNothing((said) => /^\d{6}$/.test(said) ? read(said) : null),
  read: async (said, context) => (await import("./readers/digits.ts")).readCode(said, context),
};

export const yesNoKind: Kind<boolean> = {
  schema: (z) => z.boolean(),
  plain(said) {
    const answer = readYesOrNo(said);
    if (answer !== null) return read(answer);
    return isNothing(said) ? NOTHING : null;
  },
  async read(_said, { language }) {
    const { languageOf } = await import("./readers/languages.ts");
    return ask(languageOf(language).say.yesOrNo, "true or false");
  },
};

/** Anything with a schema that Vapi accepts: a choice, a number, a list. Text is passed to the schema unchanged. */
export function jsonKind<T extends JsonValue>(schema: z.ZodType<T>, sentence: string): Kind<T> {
  const reader = (said: string): Reading<T> => {
    const parsed = schema.safeParse(said);
    return parsed.success ? read(parsed.data) : ask(sentence);
  };
  return { schema: () => schema, plain: reader, read: reader };
}

/** Loads what the readers need at the beginning of a call, so that nobody waits for it later. */
export async function loadReaders(): Promise<void> {
  await Promise.all([
    import("./readers/requested.ts"),
    import("./readers/phone.ts"),
    loadNumbering(),
  ]);
}

function orNothing<T>(plain: Kind<T & JsonValue>["plain"]): Kind<T & JsonValue>["plain"] {
  return (said, now) => isNothing(said) ? NOTHING : plain(said, now);
}

/** Words that are taken as they are. `ask` completes "I need ...". */
export function text(ask: string, description: string): Field<string> {
  return { kind: textKind, ask, description };
}

export const date: Field<string> = {
  kind: dateKind,
  ask: "the date as day and month",
  description: "YYYY-MM-DD. If vague, ask.",
};

export const time: Field<string> = {
  kind: timeKind,
  ask: "the time of day",
  description: "Start, HH:MM in 24 hours.",
};

export const patientName: Field<string> = {
  ...text("the patient's full name", "Full name."),
  kind: nameKind,
};

export const patientPhone: Field<string> = {
  kind: phoneKind,
  ask: "the patient's phone number, with area code",
  description: "With country code, for example +12025550142. Never invent one.",
};

export const patientEmail = {
  kind: emailKind,
  ask: "the e-mail address in full, or none at all",
  description: "Only if given.",
  optional: true,
  dispensable: true,
} as const satisfies Field<string>;

/** Requested by an answer with the code `another_patient`. */
export const anotherPatient = {
  kind: yesNoKind,
  ask: "whether this is another patient",
  description: "Only if an answer asks: true for another patient, false to correct the name.",
  optional: true,
} as const satisfies Field<boolean>;

export const partOfDay = {
  kind: partOfDayKind,
  ask: "the part of the day",
  description: "Wished for.",
  optional: true,
} as const satisfies Field<string>;

export const service = {
  ...text(
    "the kind of visit",
    "Kind of visit by name, if not the usual one.",
  ),
  kind: choiceKind,
  optional: true,
} as const satisfies Field<string>;

export const provider = {
  ...text(
    "the name of the doctor or calendar",
    "Doctor asked for by name, if any.",
  ),
  kind: choiceKind,
  optional: true,
} as const satisfies Field<string>;

export const holdId = {
  kind: idKind,
  ask: "the hold id from the earlier answer",
  description: "Of an earlier answer.",
  optional: true,
} as const satisfies Field<string>;

export const appointmentId = {
  kind: idKind,
  ask: "the appointment id from the earlier answer",
  description: "Of an earlier answer.",
  optional: true,
} as const satisfies Field<string>;

export const code: Field<string> = {
  kind: codeKind,
  ask: "the six digits of the code in the text message",
  description: "From the text message.",
};

/** Which of the caller's appointments is meant; for tools that change one. */
export const ownAppointment = {
  appointmentId,
  phone: {
    kind: phoneKind,
    ask: "the phone number of the appointment, with area code",
    description: "If not the caller's own number.",
    optional: true,
  },
} as const satisfies { readonly [name: string]: Field<string> };
