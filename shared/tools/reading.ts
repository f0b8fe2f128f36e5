/**
 * What readers of people's words take and return: `(text, context) -> Reading<T>`. Readers are pure, so that they can be tried by the
 * thousand.
 */
import { AppError } from "../http/errors.ts";
import { isJsonObject } from "../json.ts";
import type { LocalDate } from "./local_date.ts";

/** What a reader may need to know about the call. */
export interface ReadingContext {
  /** When the request came in. */
  readonly now: Date;
  /** The clinic's, by its IANA name. */
  readonly timezone: string;
  /** The clinic's, as ISO 3166-1 alpha-2. */
  readonly country: string;
  /** The agent's, as BCP 47, such as `en` or `pt-BR`: what is spoken in the call. */
  readonly language: string;
  /** The caller's number as Vapi gave it; null if it is withheld, or for a chat. */
  readonly callerNumber: string | null;
  /** When the clinic is open, all its calendars together: a 9:30 that falls in only one half of the opening hours needs no question. */
  readonly openings?: readonly Opening[];
  /** How far ahead the clinic books. */
  readonly horizonDays?: number;
  /** What another field said about this one's day. */
  readonly told?: Told;
}

/** Minutes of the day, which exceed 24 hours for a night shift. */
export interface Opening {
  /** From 1 (Monday). */
  readonly weekday: number;
  readonly opens: number;
  readonly closes: number;
}

/** What an utterance may say besides what was asked: "tomorrow at 2 pm", given as a date, is a time too. */
export interface Told {
  readonly date?: LocalDate;
  /** `HH:MM`. */
  readonly time?: string;
  /** The last day, if several will do: "this week". */
  readonly until?: LocalDate;
  /** "Tomorrow morning": tells which 9 o'clock is meant. */
  readonly part?: Part;
}

export type Part = "morning" | "afternoon" | "evening";

/** The outcome of reading what a person said: a value, or a question to ask instead of guessing, or that nothing was said. */
export type Reading<T> =
  | {
    readonly kind: "value";
    readonly value: T;
    /** Fills the fields of those kinds, if the tool links them and they are otherwise empty. */
    readonly also?: Told;
  }
  | {
    readonly kind: "question";
    /** A sentence that the assistant can say. */
    readonly ask: string;
    /** The form that the model should write, such as `YYYY-MM-DD`: for the model only, never spoken. */
    readonly form?: string;
  }
  /** Words for "nothing": "none", "N/A", "no preference". As if the field were left out. */
  | { readonly kind: "nothing"; readonly also?: Told };

/** Reads the contents of one field. Never throws, whatever a person may say. */
export type Reader<T> = (
  text: string,
  context: ReadingContext,
) => Reading<T> | Promise<Reading<T>>;

export function read<T>(value: T, also?: Told): Reading<T> {
  return { kind: "value", value, ...(also === undefined ? {} : { also }) };
}

export function ask(sentence: string, form?: string): Reading<never> {
  return { kind: "question", ask: sentence, ...(form === undefined ? {} : { form }) };
}

export const NOTHING: Reading<never> = { kind: "nothing" };

/** Error code of a call that lacks something only the caller can supply; the message asks for it. */
const QUESTION = "question";

/** An error whose message the assistant says aloud: it asks the caller for what is missing. */
export function question(
  sentence: string,
  { form }: { form?: string | undefined } = {},
): AppError {
  return new AppError(QUESTION, sentence, {
    status: 400,
    ...(form === undefined ? {} : { details: { form } }),
  });
}

/** The form in which the model should write the answer to a question, if it has one. */
export function formOf(error: unknown): string | undefined {
  if (!(error instanceof AppError) || error.code !== QUESTION) return undefined;
  const { details } = error;
  return isJsonObject(details) && typeof details.form === "string" ? details.form : undefined;
}

/** What is said when a call fails with a message that is meant for developers. */
export const FAILURES = {
  unavailable: "The booking system can't be reached right now. Please try again in a moment.",
  unknownClinic: "I can't tell which clinic this call is for, so I can't do that.",
  fault: "Something went wrong on our side. Please try again in a moment.",
  tooMuch: "That was too much at once. Please ask for one thing at a time.",
  wrongTool: "I can't do that here.",
} as const;

/** By error code: see errors.ts and db.ts. */
const SPOKEN: Readonly<Record<string, string>> = {
  tenant_conflict: FAILURES.unknownClinic,
  tenant_unknown: FAILURES.unknownClinic,
  database_unavailable: FAILURES.unavailable,
};

/** Errors whose message was written for the caller. */
const SPEAKS_FOR_ITSELF = new Set([QUESTION, "invalid_input", "rate_limited"]);

/** What the assistant says when a call fails, in the agent's language (BCP 47): never SQL, a stack, or anybody's data. */
export async function speakError(error: unknown, language: string): Promise<string> {
  if (error instanceof AppError && SPEAKS_FOR_ITSELF.has(error.code)) return error.message;
  const code = error instanceof AppError ? error.code : "";
  return await sayFailure(SPOKEN[code] ?? FAILURES.fault, language);
}

/** The words of other languages are loaded with the first failure that is reported in one. */
export async function sayFailure(sentence: string, language: string): Promise<string> {
  if (/^en\b/i.test(language)) return sentence;
  const { sayIn } = await import("./readers/speak.ts");
  return sayIn(language, sentence);
}
