/** Reads yes and no as people say them and models write them. */
import { ask, NOTHING, read, type Reading, type ReadingContext } from "../reading.ts";
import { isNothing } from "./absence.ts";
import type { Language } from "./languages/language.ts";
import { languageOf } from "./languages.ts";
import { isPhrase } from "./phrases.ts";

const yes = ({ yes }: Language) => yes;
const no = ({ no }: Language) => no;

export function readBoolean(text: string, context: ReadingContext): Reading<boolean> {
  // "1.0" is how some models write 1.
  const said = text.trim().replace(/^([01])\.0+$/, "$1");
  const [isYes, isNo] = [isPhrase(said, yes), isPhrase(said, no)];
  if (isYes !== isNo) return read(isYes);
  if (isNothing(said)) return NOTHING;
  return ask(languageOf(context.language).say.yesOrNo, "true or false");
}
