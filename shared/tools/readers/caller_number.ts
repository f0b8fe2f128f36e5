/** The number that a call comes from, as Vapi's telephony gives it. */
import { normalize } from "./normalize.ts";
import { loadNumbering } from "./phone_library.ts";

/** What networks send in place of a number that is withheld; as such, or as keys of a phone (266696687). */
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
 * E.164, whatever notation the carrier uses: national, with blanks, `sip:`, `tel:`. Null for everything that is nobody's number. `country`
 * (ISO 3166-1) is where a number without a country code belongs.
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
