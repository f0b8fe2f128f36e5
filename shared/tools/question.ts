import { AppError } from "../http/errors.ts";
import { isJsonObject } from "../json.ts";

/** Error code of a call that lacks something only the caller can say; the message asks for it. */
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

/** What is said where a call fails whose own message is meant for developers. */
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

/** The words of other languages are loaded with the first failure that is told in one. */
export async function sayFailure(sentence: string, language: string): Promise<string> {
  if (/^en\b/i.test(language)) return sentence;
  const { sayIn } = await import("./readers/speak.ts");
  return sayIn(language, sentence);
}
