/** Time zones named beside a time: "2 PM EST", "14:00 UTC", "10:00 (Eastern Time)", "10:00 GMT-0500". */
import { type LocalDate, localTimeIn, todayIn } from "../local_date.ts";
import { lazy } from "../../lazy.ts";
import type { ReadingContext } from "../reading.ts";
import { normalize, phrasesOf } from "./normalize.ts";
import type { LocalTime } from "./plain.ts";

/** Standard and summer time alike: somebody who says EST in July means the local time in New York. */
const NAMES: Readonly<Record<string, string>> = {
  "America/New_York":
    "est|edt|et|eastern|eastern time|eastern standard time|eastern daylight time|us eastern|hora del este|heure de l'Est|Ostküstenzeit|horário do leste",
  "America/Chicago":
    "cst|cdt|ct|central|central time|central standard time|central daylight time|us central|hora del centro|heure du Centre",
  "America/Denver":
    "mst|mdt|mt|mountain|mountain time|mountain standard time|mountain daylight time|hora de la montaña",
  "America/Los_Angeles":
    "pst|pdt|pt|pacific|pacific time|pacific standard time|pacific daylight time|us pacific|hora del pacífico|heure du Pacifique",
  "America/Anchorage": "akst|akdt|alaska time",
  "Pacific/Honolulu": "hst|hawaii time",
  "America/Halifax": "adt|atlantic time",
  "America/Sao_Paulo": "brt|horário de Brasília|hora de Brasília",
  "Europe/London": "bst|uk time|british time|london time|british summer time",
  "Europe/Paris": "cet|cest|mez|mesz|central european time|heure de Paris|hora peninsular",
  "Europe/Lisbon": "hora de Lisboa|horário de Lisboa",
  "Australia/Brisbane": "aest",
  "Australia/Sydney": "aedt|sydney time",
  UTC: "utc|gmt|zulu|greenwich mean time|coordinated universal time",
};

interface Zoned {
  /** What was said, without the zone. */
  readonly rest: string;
  /** Offset from UTC, in minutes, at the moment when that zone's clock shows this time. */
  readonly offsetAt: (date: LocalDate, time: LocalTime) => number;
}

/** Two letters may be a word in some language ("et"), unless they end the sentence. */
const isWord = (phrase: string) => phrase.length < 3;

const pattern = lazy(() => {
  const phrases = Object.values(NAMES).flatMap(phrasesOf)
    .toSorted((one, other) => other.length - one.length);
  const named = (those: readonly string[]) =>
    those.map((phrase) => phrase.replaceAll(" ", "[ ']")).join("|");
  const zone = (those: readonly string[]) =>
    `(${named(those)})((?: ?[+-] ?\\d{1,2}(?::?\\d\\d)?)?)(?![\\p{L}\\p{N}])`;
  const time = "(?<=\\d|[ap]\\.? ?m\\.?|noon|o'?clock)";
  return [
    new RegExp(`(?<![\\p{L}'])${zone(phrases)}[).\\s]*$`, "u"),
    new RegExp(`${time}[ ,(]*${zone(phrases.filter((phrase) => !isWord(phrase)))}\\)?`, "u"),
    // "2026-12-01 10:00 America/New_York", and the extended ISO 8601 form "2026-12-01T10:00[America/New_York]".
    /(?:(?<=\s)|\[)([a-z]+\/[a-z_]+(?:\/[a-z_]+)?)()\]?$/u,
  ];
});

/** The last zone that is named in the text; null if none is. */
export function zonedOf(text: string): Zoned | null {
  const said = normalize(text);
  for (const each of pattern()) {
    const match = each.exec(said);
    if (match === null) continue;
    const [whole, name = "", offset = ""] = match;
    const before = said.slice(0, match.index).replace(/[\s,(]+$/, "");
    const rest = `${before} ${said.slice(match.index + whole.length).trim()}`.trim();
    const zone = zoneOf(name);
    if (before === "" || zone === null) return null;
    const fixed = offset === "" ? null : minutesOf(offset);
    return { rest, offsetAt: (date, time) => fixed ?? offsetIn(zone, date, time) };
  }
  return null;
}

/** The clinic's local time when it is `time` there, or null if it is the same. */
export function atClinic(
  { offsetAt }: Zoned,
  date: LocalDate,
  time: LocalTime,
  { timezone }: ReadingContext,
): { date: LocalDate; time: LocalTime } | null {
  const instant = new Date(Date.parse(`${date}T${time}Z`) - offsetAt(date, time) * 60_000);
  const here = { date: todayIn(timezone, instant), time: localTimeIn(timezone, instant) };
  return here.date === date && here.time === time ? null : here;
}

function zoneOf(name: string): string | null {
  const known = Object.entries(NAMES)
    .find(([, said]) => phrasesOf(said).includes(name.replaceAll("'", " ")));
  if (known !== undefined) return known[0];
  try {
    return new Intl.DateTimeFormat("en", { timeZone: name }).resolvedOptions().timeZone;
  } catch {
    return null;
  }
}

function minutesOf(offset: string): number {
  const [, sign, hours = "0", minutes = "0"] = /([+-]) ?(\d{1,2}?):?(\d\d)?$/.exec(offset) ?? [];
  return (sign === "-" ? -1 : 1) * (Number(hours) * 60 + Number(minutes));
}

function offsetIn(zone: string, date: LocalDate, time: LocalTime): number {
  const wall = Date.parse(`${date}T${time}Z`);
  const shown = Date.parse(
    `${todayIn(zone, new Date(wall))}T${localTimeIn(zone, new Date(wall))}Z`,
  );
  return (shown - wall) / 60_000;
}
