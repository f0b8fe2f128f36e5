/**
 * What callers say in five languages that was once read as another day or time, or needlessly asked about. Today is Saturday, November 28,
 * 10 o'clock.
 */
import assert from "node:assert/strict";
import type { Reading, Told } from "../reading.ts";
import { CONTEXT } from "../../../scripts/tests/support/readers/context.ts";
import { readDate } from "./date.ts";
import { readTime } from "./time.ts";
import { readRequestedDay } from "./requested.ts";

type Said = readonly [language: string, said: string, value: string, also?: Told];

const COUNTRIES: Readonly<Record<string, string>> = {
  en: "US",
  es: "ES",
  fr: "FR",
  de: "DE",
  pt: "BR",
};
const contextOf = (language: string) => ({
  ...CONTEXT,
  language,
  country: COUNTRIES[language] ?? "US",
});

const today = "2026-11-28";
const tuesday = "2026-12-01";
const at = (time: string): Told => ({ time });

const DATES: readonly Said[] = [
  // A time, though that Tuesday may be the eighth as well.
  ...([
    ["en", "Tuesday at 8"],
    ["en", "Tuesday @ 8"],
    ["en", "on Tuesday around eight"],
    ["es", "martes a las 8"],
    ["fr", "mardi à 8"],
    ["fr", "mardi vers huit"],
    ["de", "Dienstag um acht"],
    ["de", "Dienstag so gegen 8"],
    ["pt", "terça às 8"],
  ] as const).map(([language, said]): Said => [language, said, tuesday]),
  ["en", "Tuesday the 8th", "2026-12-08"],
  ["es", "martes 8", "2026-12-08"],
  ["en", "around December 8", "2026-12-08"],
  ["fr", "vers le 8 décembre", "2026-12-08"],
  ["de", "um den 8. Dezember", "2026-12-08"],
  ["en", "Monday at 9ish", "2026-11-30", at("09:00")],
  ["es", "el lunes a eso de las diez", "2026-11-30", at("10:00")],
  ["pt", "segunda por volta das dez", "2026-11-30", at("10:00")],
  ["de", "morgen in einer Woche", "2026-12-06"],
  ["en", "tomorrow week", "2026-12-06"],
  ["fr", "demain en huit", "2026-12-06"],
  ["es", "mañana en ocho", "2026-12-06"],
  ["de", "übernächsten Montag", "2026-12-07"],
  ["en", "Monday after next", "2026-12-07"],
  ["pt", "2ª feira", "2026-11-30"],
  ["pt", "6ª-feira às 15h", "2026-12-04", at("15:00")],
  ["es", "1ro de diciembre", tuesday],
  ["en", "📅 Dec 1 @ 2pm 🙏", tuesday, at("14:00")],
  ["en", "2026-W49-2", tuesday],
  ["en", "\u200f2026-12-01\u200f", tuesday],
  ["en", "in an hour", today, at("11:00")],
  ["en", "in 20 hours", "2026-11-29", at("06:00")],
  ["en", "tonight at midnight", "2026-11-29", at("00:00")],
  ["fr", "ce soir à minuit", "2026-11-29", at("00:00")],
];

const TIMES: readonly Said[] = [
  ["en", "in half an hour", "10:30", { date: today }],
  ["en", "two hours from now", "12:00", { date: today }],
  ["es", "en una hora", "11:00", { date: today }],
  ["es", "en dos horas y media", "12:30", { date: today }],
  ["es", "a las dos y media", "14:30"],
  ["fr", "dans une heure", "11:00", { date: today }],
  ["fr", "dans deux heures et demie", "12:30", { date: today }],
  ["fr", "une heure et demie", "13:30"],
  ["de", "in anderthalb Stunden", "11:30", { date: today }],
  ["pt", "daqui a uma hora", "11:00", { date: today }],
  ["pt", "uma hora", "13:00"],
  ["en", "zero nine hundred", "09:00"],
  ["en", "oh nine thirty", "09:30"],
  ["en", "14:30 (2:30 PM)", "14:30"],
];

const firstWeek = { until: "2026-12-05" };
const WISHES: readonly Said[] = [
  ["en", "from the 1st to the 5th of December", tuesday, firstWeek],
  ["en", "December 1 to 5", tuesday, firstWeek],
  ["es", "del 1 al 5 de diciembre", tuesday, firstWeek],
  ["fr", "du 1er au 5 décembre", tuesday, firstWeek],
  ["de", "vom 1. bis 5. Dezember", tuesday, firstWeek],
  ["pt", "de 1 a 5 de dezembro", tuesday, firstWeek],
  ["en", "2026-12-01/2026-12-05", tuesday, firstWeek],
  ["en", "the week of December 7", "2026-12-07", { until: "2026-12-13" }],
  ["en", "2026-W50", "2026-12-07", { until: "2026-12-13" }],
  ["de", "übernächste Woche", "2026-12-07", { until: "2026-12-13" }],
  ["fr", "demain ou après-demain", "2026-11-29", { until: "2026-11-30" }],
  ["pt", "amanhã ou depois de amanhã", "2026-11-29", { until: "2026-11-30" }],
];

const ASKED: readonly (readonly [language: string, said: string, question: RegExp])[] = [
  // Midnight begins that day, or ends it.
  ["en", "tomorrow at midnight", /Sunday, November 29 or Monday, November 30/],
  ["es", "mañana a las doce de la noche", /29 de noviembre o el lunes/],
  ["fr", "demain à minuit", /29 novembre ou le lundi/],
  ["de", "morgen um Mitternacht", /29. November oder Montag/],
  ["pt", "amanhã à meia-noite", /29 de novembro ou segunda/],
  ["en", "8 on Tuesday", /December 1 or Tuesday, December 8/],
  ["es", "del 1 al 5 de diciembre", /Necesito la fecha/],
  ["pt", "de 1 a 5 de dezembro", /Preciso da data/],
  ["en", "last Tuesday", /November 24 is already past/],
  ["es", "el martes pasado", /24 de noviembre ya pasó/],
  ["fr", "mardi dernier", /24 novembre est déjà passé/],
  ["de", "letzten Dienstag", /24. November ist schon vorbei/],
  ["pt", "terça passada", /24 de novembro já passou/],
  ["en", "February 29", /no February 29 in 2027/],
  ["de", "Montag ab 14 Uhr", /Ich brauche das Datum/],
];

const READERS: readonly [
  name: string,
  read: (text: string, context: typeof CONTEXT) => Reading<string>,
  table: readonly Said[],
][] = [
  ["readDate", readDate, DATES],
  ["readTime", readTime, TIMES],
  ["readRequestedDay", readRequestedDay, WISHES],
];

for (const [name, read, table] of READERS) {
  Deno.test(`${name}() reads what once was read otherwise, in five languages`, () => {
    for (const [language, said, value, also] of table) {
      assert.deepEqual(
        read(said, contextOf(language)),
        { kind: "value", value, ...(also === undefined ? {} : { also }) },
        `${language}: ${said}`,
      );
    }
  });
}

Deno.test("readDate() asks where two days are meant, or one that is over", () => {
  for (const [language, said, question] of ASKED) {
    const reading = readDate(said, contextOf(language));
    assert.match(reading.kind === "question" ? reading.ask : reading.kind, question, said);
  }
});
