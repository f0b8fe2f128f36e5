/** Reads what people say in arguments, in the clinic's time zone and country. Each throws a question if unsure. */
import type { JsonObject, JsonValue } from "../json.ts";
import type { ToolContext } from "./context.ts";
import { type LocalDate, todayIn } from "./local_date.ts";
import { isInternational, readPhone } from "./phone.ts";
import { question, valueOf } from "./question.ts";
import { isIsoDate, readDate } from "./spoken_date.ts";
import { readDigits } from "./spoken_digits.ts";
import { type LocalTime, readTime } from "./spoken_time.ts";

/** `YYYY-MM-DD`. Asks the database for the clinic's time zone only if the text isn't ISO. */
export async function dateArgument(said: string, context: ToolContext): Promise<LocalDate> {
  const timezone = isIsoDate(said) ? "UTC" : (await context.org()).timezone;
  return valueOf(readDate(said, todayIn(timezone, context.now)));
}

/** `HH:MM`. */
export function timeArgument(said: string): LocalTime {
  return valueOf(readTime(said));
}

/** E.164. Asks the database for the clinic's country only if the number doesn't carry one. */
export async function phoneArgument(said: string, context: ToolContext): Promise<string> {
  const country = isInternational(said) ? undefined : (await context.org()).country;
  return valueOf(await readPhone(said, country));
}

/** Six digits, however they were said. */
export function codeArgument(said: string): string {
  const digits = readDigits(said);
  if (digits?.length === 6) return digits;
  throw question("I need the six digits of the code in the text message.");
}

/** Reads what was said, if it was. */
export async function optional<T>(
  said: string | undefined,
  read: (said: string) => T | Promise<T>,
): Promise<T | undefined> {
  return said === undefined ? undefined : await read(said);
}

/** The fields that are defined: JSON has no undefined. */
export function defined(fields: Record<string, JsonValue | undefined>): JsonObject {
  const object: JsonObject = {};
  for (const [name, value] of Object.entries(fields)) {
    if (value !== undefined) object[name] = value;
  }
  return object;
}
