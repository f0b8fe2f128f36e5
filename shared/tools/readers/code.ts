import { ask, NOTHING, read, type Reading, type ReadingContext } from "../reading.ts";
import { isNothing } from "./absence.ts";
import { readDigits } from "./digits.ts";
import { languageOf, languagesFrom } from "./languages.ts";

/** Reads the six digits of a code, however they were said. */
export function readCode(text: string, context: ReadingContext): Reading<string> {
  if (isNothing(text)) return NOTHING;
  const digits = languagesFrom(context.language).map((language) => readDigits(text, language))
    .find((each) => each?.length === 6);
  return digits ? read(digits) : ask(languageOf(context.language).say.needCode, "six digits");
}
