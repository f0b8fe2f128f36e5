import {
  type CountryCode,
  isSupportedCountry,
  parsePhoneNumberFromString,
} from "libphonenumber-js/min";
import { ask, read, type Reading } from "./reading.ts";
import { readDigits } from "./spoken_digits.ts";

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
export function readPhone(text: string, country?: string): Reading<string> {
  const number = parsePhoneNumberFromString(digitsOf(text), {
    ...(isCountry(country) ? { defaultCountry: country } : {}),
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

function isCountry(country: string | undefined): country is CountryCode {
  return country !== undefined && isSupportedCountry(country);
}
