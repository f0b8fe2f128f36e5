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

const UNAVAILABLE = "The booking system can't be reached right now. Please try again in a moment.";
const UNKNOWN_CLINIC = "I can't tell which clinic this call is for, so I can't do that.";
const FAULT = "Something went wrong on our side. Please try again in a moment.";

/** Sentences for errors whose own message is meant for developers. Codes: see errors.ts and db.ts. */
const SPOKEN: Readonly<Record<string, string>> = {
  tenant_conflict: UNKNOWN_CLINIC,
  tenant_unknown: UNKNOWN_CLINIC,
  database_unavailable: UNAVAILABLE,
};

/** Errors whose message was written for the caller. */
const SPEAKS_FOR_ITSELF = new Set([QUESTION, "invalid_input", "rate_limited"]);

/** What the assistant says when a call fails: never SQL, a stack, or anybody's data. */
export function speakError(error: unknown): string {
  if (!(error instanceof AppError)) return FAULT;
  return SPEAKS_FOR_ITSELF.has(error.code) ? error.message : SPOKEN[error.code] ?? FAULT;
}
