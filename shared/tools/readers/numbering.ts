/** Phone numbers as such: which digits can be one, and the number that a call comes from. The library is loaded when one needs it. */
import type { CountryCode, PhoneNumber } from "libphonenumber-js/min";
import { read, type Reading } from "../reading.ts";
import { normalize } from "./normalize.ts";

/** Loaded with the first number: its tables would add 10 ms to every cold start, even of calls without a number. */
const loadLibrary = () => import("libphonenumber-js/min");

export interface Numbering {
  /** The number as dialled from that country, or with "+" and its country code; null if it cannot be a number. */
  parse(dialled: string, country?: string): PhoneNumber | null;
}

export async function loadNumbering(): Promise<Numbering> {
  const library = await loadLibrary();
  const isCountry = (country: string | undefined): country is CountryCode =>
    country !== undefined && library.isSupportedCountry(country);
  return {
    parse: (dialled, country) => {
      const number = library.parsePhoneNumberFromString(dialled, {
        ...(isCountry(country) ? { defaultCountry: country } : {}),
        extract: false,
      });
      return number !== undefined && isReal(number) && isWhole(dialled, number) ? number : null;
    },
  };
}

/**
 * North American rules instead of the list of area codes in use, which grows every year: nobody must be refused because their number is
 * newer than our copy. No code begins with 0 or 1, has 9 in the middle or ends in 11; three equal digits are reserved for toll-free numbers
 * and for 555, which belongs to nobody and is used for trials.
 */
const AREA_CODE = /^(?!.11|37|96|222|333|444|666|777)[2-9][0-8]\d/;
const EXCHANGE = /^...[2-9](?!11)\d\d/;

/** With "+", no digit precedes the area code in North America; the library tolerates a 1 there, which makes a different number. */
function isWhole(dialled: string, number: PhoneNumber): boolean {
  return number.countryCallingCode !== "1" || !dialled.startsWith("+") ||
    dialled === number.number;
}

function isReal(number: PhoneNumber): boolean {
  if (!number.isPossible()) return false;
  const digits = number.nationalNumber;
  if (number.countryCallingCode !== "1") return number.isValid();
  return isAmerican(digits);
}

function isAmerican(digits: string): boolean {
  return AREA_CODE.test(digits) && (EXCHANGE.test(digits) || digits.startsWith("555"));
}

/** Made-up numbers: 0000000000, 1234567890, 555-123-4567, directory assistance. */
export function isPlaceholder(digits: string): boolean {
  return /^(\d)\1+$/.test(digits) || /^1?(?:555123(?:4567)|\d{3}5551212)$/.test(digits) ||
    isRun(digits, 1) || isRun(digits, 9) || /^1?23456789\d\d$/.test(digits);
}

/** Each digit differs from the one before by the same step: 1234567890, 9876543210. */
function isRun(digits: string, step: number): boolean {
  return digits.length > 6 &&
    [...digits].every((digit, at) =>
      at === 0 || (Number(digits[at - 1]) + step) % 10 === Number(digit)
    );
}

/** A North American number with its country code, in a form that needs no tables; null for everything else. */
export function plainPhone(text: string): Reading<string> | null {
  const digits = /^\+1 ?(\d{3})[ -]?(\d{3})[ -]?(\d{4})$/.exec(text.trim())?.slice(1).join("");
  if (digits === undefined || !isAmerican(digits) || isPlaceholder(digits)) return null;
  return read(`+1${digits}`);
}

/** What networks send instead of a withheld number, also as the keys of a phone (266696687). */
const PSEUDONYMS = [
  "anonymous",
  "unavailable",
  "unknown",
  "blocked",
  "restricted",
  "private",
  "withheld",
  "payphone",
  "nocallerid",
  "outofarea",
  "privatenumber",
  "unidentified",
];

const KEYS = new Map(
  ["abc", "def", "ghi", "jkl", "mno", "pqrs", "tuv", "wxyz"]
    .flatMap((letters, at) => [...letters].map((letter) => [letter, String(at + 2)] as const)),
);

const PSEUDO_NUMBERS = new Set(
  PSEUDONYMS.map((word) => [...word].map((letter) => KEYS.get(letter)).join("")),
);

const E164 = /^\+[1-9]\d{6,14}$/;

/**
 * E.164, whatever notation the carrier uses: national, with spaces, `sip:`, `tel:`. Null for anything that is not a subscriber's number.
 * `country` (ISO 3166-1) applies to a number without a country code.
 */
export async function callerNumber(
  customer: string | null,
  country?: string,
): Promise<string | null> {
  const said = normalize(customer ?? "").replace(/^"[^"]*"\s*|[<>]/g, "").replace(
    /^(?:sips?|tel):/,
    "",
  )
    .replace(/[@;].*$/, "").replace(/[\s().-]/g, "").replace(/^00(?=[1-9])/, "+");
  if (!/^\+?\d{7,15}$/.test(said) || PSEUDO_NUMBERS.has(said.replace("+", ""))) return null;
  // The usual form needs no tables.
  if (E164.test(said) && said === customer) return said;
  const numbering = await loadNumbering();
  const number = numbering.parse(said, country) ??
    (said.length > 10 && !said.startsWith("+") ? numbering.parse(`+${said}`) : null);
  return number?.number ?? null;
}
