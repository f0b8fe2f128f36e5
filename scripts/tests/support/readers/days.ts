/** Days computed independently, so that the meaning of an utterance is known before a reader sees it. */
import fc from "fast-check";
import { formatter } from "../../../../shared/tools/local_date.ts";
import type { Reading, ReadingContext } from "../../../../shared/tools/reading.ts";
import type { Code } from "./spell.ts";

const LOCALES: Record<Code, string> = { en: "en-US", es: "es", fr: "fr", de: "de", pt: "pt-BR" };
export const ZONES: readonly string[] = [
  "UTC",
  "America/New_York",
  "Europe/Paris",
  "America/Sao_Paulo",
  "Australia/Sydney",
];
const DAY = 86_400_000;

export const now: fc.Arbitrary<Date> = fc.date({
  min: new Date("2026-01-01"),
  max: new Date("2027-06-30"),
  noInvalidDate: true,
});

/** A day is its number since 1970. */
export function dayOf(at: Date): number {
  return Math.floor(at.getTime() / DAY);
}

export function iso(day: number): string {
  return new Date(day * DAY).toISOString().slice(0, 10);
}

/** From 1, Monday. */
export function weekdayOf(day: number): number {
  return (day + 3) % 7 + 1;
}

export function monthName(day: number, code: Code): string {
  return named(day, code, { month: "long" });
}

export function weekdayName(day: number, code: Code): string {
  return named(day, code, { weekday: "long" });
}

function named(day: number, code: Code, part: Intl.DateTimeFormatOptions): string {
  return formatter(LOCALES[code], { timeZone: "UTC", ...part }).format(day * DAY);
}

/** The local time there at that moment. */
export function wallClock(at: Date, timeZone: string): { date: string; time: string } {
  const [date = "", time = ""] = formatter("sv-SE", {
    timeZone,
    dateStyle: "short",
    timeStyle: "short",
  }).format(at).split(" ");
  return { date, time };
}

/** A reader that also returns what it says about other fields. */
export function whole(
  name: string,
  read: (text: string, context: ReadingContext) => Reading<string>,
): (text: string, context: ReadingContext) => Reading<unknown> {
  return (text, context) => {
    const reading = read(text, context);
    return reading.kind === "value"
      ? { kind: "value", value: { [name]: reading.value, ...reading.also } }
      : reading;
  };
}

export function fill(text: string, values: Record<string, string>): string {
  return text.replace(/\{(\w+)\}/g, (_, name: string) => values[name] ?? "");
}

export function oneOf<Item>(items: readonly Item[]): fc.Arbitrary<Item | undefined> {
  return fc.nat(items.length - 1).map((at) => items[at]);
}
