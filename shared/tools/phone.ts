import type { CountryCode } from "libphonenumber-js/min";
import { ask, read, type Reading } from "./reading.ts";
import { readDigits } from "./spoken_digits.ts";

/** Loaded with the first number: its tables would cost every cold start 10 ms, also of calls without a number. */
const loadLibrary = () => import("libphonenumber-js/min");
type Library = Awaited<ReturnType<typeof loadLibrary>>;

const ASK_PHONE = "I need the phone number with area code.";

/** True if the number carries its country, so that it reads the same everywhere. */
export function isInternational(text: string): boolean {
  return text.trim().startsWith("+");
}

/**
 * Reads a phone number into E.164. `country` (ISO 3166-1) is where numbers without a country code belong.
 * Asks for a number of impossible length or with anything but digits in it. Whether it is in use is not
 * checked: numbering plans change faster than tables of them.
 */
export async function readPhone(text: string, country?: string): Promise<Reading<string>> {
  const library = await loadLibrary();
  const number = library.parsePhoneNumberFromString(digitsOf(text), {
    ...(isCountry(country, library) ? { defaultCountry: country } : {}),
    extract: false,
  });
  return number?.isPossible() && number.ext === undefined ? read(number.number) : ask(ASK_PHONE);
}

/** Spoken digits become figures; a leading plus stays. */
function digitsOf(text: string): string {
  const said = text.trim().replace(/^plus\b/i, "+");
  if (!/[a-z]/i.test(said)) return said;
  const [plus, rest] = said.startsWith("+") ? ["+", said.slice(1)] : ["", said];
  return plus + (readDigits(rest) ?? said);
}

function isCountry(country: string | undefined, library: Library): country is CountryCode {
  return country !== undefined && library.isSupportedCountry(country);
}
