import assert from "node:assert/strict";
import fc from "fast-check";
import type { LocalTime } from "./plain.ts";
import { readTime } from "./time.ts";
import { type Code, CODES, spell } from "../../../scripts/tests/support/readers/spell.ts";
import {
  contextIn,
  readsWhatIsMeant,
  SAMPLE,
} from "../../../scripts/tests/support/readers/said.ts";

const LOCALES: Record<Code, string> = { en: "en-US", es: "es", fr: "fr", de: "de", pt: "pt-BR" };

const hours = fc.nat(23);
const minutes = fc.nat(59);

function clock(hour: number, minute: number): LocalTime {
  return `${String(hour).padStart(2, "0")}:${String(minute).padStart(2, "0")}`;
}

/** An hour as it is said before or after minutes; a half of the day is left out. */
function hourSaid(hour: number, code: Code): string {
  const number = hour % 12 || 12;
  const feminine = { es: "una", pt: number === 1 ? "uma" : "duas", fr: "une" };
  if (code === "es" && number === 1) return feminine.es;
  if (code === "pt" && number < 3) return feminine.pt;
  if (code === "fr" && number === 1) return feminine.fr;
  return spell(number, code);
}

/** The time in words that leave its half of the day open; null if nobody says it like that. */
function inWords(hour: number, minute: number, code: Code): string | null {
  const said = hourSaid(hour, code);
  const next = hourSaid(hour + 1, code);
  const left = spell(60 - minute, code);
  switch (code) {
    case "en":
      if (minute === 0) return `${said} o'clock`;
      if (minute === 15) return `a quarter past ${said}`;
      if (minute === 30) return `half past ${said}`;
      if (minute === 45) return `quarter to ${next}`;
      return minute < 30
        ? `${spell(minute, code)} minutes past ${said}`
        : `${left} minutes to ${next}`;
    case "de":
      if (minute === 0) return `${hour % 12 === 1 ? "ein" : said} Uhr`;
      if (minute === 15) return `Viertel nach ${said}`;
      if (minute === 30) return `halb ${next}`;
      if (minute === 45) return `Viertel vor ${next}`;
      if (minute > 20 && minute < 30) return `${spell(30 - minute, code)} vor halb ${next}`;
      if (minute > 30 && minute < 40) return `${spell(minute - 30, code)} nach halb ${next}`;
      return minute < 30 ? `${spell(minute, code)} nach ${said}` : `${left} vor ${next}`;
    case "es":
      if (minute === 0) return `a las ${said}`;
      if (minute === 15) return `${said} y cuarto`;
      if (minute === 30) return `las ${said} y media`;
      if (minute === 45) return `las ${next} menos cuarto`;
      return minute < 30 ? `las ${said} y ${spell(minute, code)}` : `las ${next} menos ${left}`;
    case "fr":
      if (hour % 12 === 1) return minute === 0 ? "une heure" : `une heure ${spell(minute, code)}`;
      if (minute === 0) return `${said} heures`;
      if (minute === 15) return `${said} heures et quart`;
      if (minute === 30) return `${said} heures et demie`;
      if (minute === 45) return `${next} heures moins le quart`;
      return minute < 30 ? `${said} heures ${spell(minute, code)}` : `${next} heures moins ${left}`;
    case "pt":
      if (minute === 0) return `às ${said} horas`;
      if (minute === 30) return `${said} e meia`;
      return minute < 30 ? `${said} e ${spell(minute, code)}` : `${left} para as ${next}`;
  }
}

for (const code of CODES) {
  Deno.test(`readTime() reads figures of 24 hours in ${code} as the time that was meant`, async () => {
    const forms: ((hour: number, minute: number) => string)[] = [
      clock,
      (hour, minute) => clock(hour, minute).replace(":", "h"),
      (hour, minute) => clock(hour, minute).replace(":", ""),
      (hour, minute) => `${clock(hour, minute)}:00`,
      (hour, minute) => `${clock(hour, minute)} Uhr`,
      (hour, minute) => clock(hour, minute).replace(":", "."),
    ];
    const utterances = fc.tuple(hours, minutes, fc.nat(forms.length - 1)).map(
      ([hour, minute, form]) => ({
        text: forms[form]?.(hour, minute) ?? "",
        meant: clock(hour, minute),
        context: contextIn(code),
      }),
    );
    await readsWhatIsMeant(utterances, readTime);
  });

  Deno.test(`readTime() reads a time with its part of the day in ${code} as the time that was meant`, async () => {
    const format = new Intl.DateTimeFormat(LOCALES[code], {
      timeZone: "UTC",
      hour: "numeric",
      minute: "2-digit",
      hourCycle: "h12",
      dayPeriod: "long",
    });
    const amOrPm = new Intl.DateTimeFormat(LOCALES[code], {
      timeZone: "UTC",
      hour: "numeric",
      minute: "2-digit",
      hour12: true,
    });
    const utterances = fc.tuple(hours, minutes, fc.boolean()).map(([hour, minute, isLong]) => ({
      text: (isLong ? format : amOrPm).format(new Date(Date.UTC(2026, 0, 1, hour, minute))),
      meant: clock(hour, minute),
      context: { ...contextIn(code), openings: [] },
    }));
    // Half past midnight "in the morning" is asked about.
    await readsWhatIsMeant(utterances, readTime, { accepting: 0.9 });
  });

  Deno.test(`readTime() reads a time in words in ${code} by the clinic's hours`, async () => {
    const open = fc.tuple(fc.integer({ min: 9, max: 16 }), minutes);
    const utterances = open.map(([hour, minute]) => ({
      text: inWords(hour, minute, code) ?? "",
      meant: clock(hour, minute),
      context: contextIn(code),
    }));
    await readsWhatIsMeant(utterances, readTime);
  });

  Deno.test(`readTime() asks which half of the day is meant in ${code} where the clinic never closes`, () => {
    const openings = [1, 2, 3, 4, 5, 6, 7].map((weekday) => ({ weekday, opens: 0, closes: 1440 }));
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 11 }), minutes, (hour, minute) => {
        const text = inWords(hour, minute, code) ?? "";
        const reading = readTime(text, { ...contextIn(code), openings });
        assert.equal(reading.kind, "question", text);
      }),
      SAMPLE,
    );
  });
}
