/** Requests for several days, in five languages: from one day to another, and weeks. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { readDate } from "./date.ts";
import { readRequestedDay } from "./requested.ts";
import { type Code, CODES } from "../../../scripts/tests/support/readers/spell.ts";
import {
  dayOf,
  fill,
  iso,
  monthName,
  now,
  oneOf,
  weekdayOf,
  whole,
} from "../../../scripts/tests/support/readers/days.ts";
import {
  contextIn,
  readsWhatIsMeant,
  SAMPLE,
} from "../../../scripts/tests/support/readers/said.ts";

const RANGES: Record<Code, readonly string[]> = {
  en: ["{month} {a} to {b}", "from the {a}th to the {b}th of {month}", "{a} to {b} {month}"],
  es: ["del {a} al {b} de {month}", "entre el {a} y el {b} de {month}"],
  fr: ["du {a} au {b} {month}", "entre le {a} et le {b} {month}"],
  de: ["vom {a}. bis {b}. {month}", "zwischen dem {a}. und {b}. {month}"],
  pt: ["de {a} a {b} de {month}", "entre {a} e {b} de {month}"],
};

const WEEKS: Record<Code, readonly [said: string, weeks: number][]> = {
  en: [["next week", 1], ["the week after next", 2], ["the week of {day}", 0]],
  es: [["la próxima semana", 1], ["la semana que viene", 1], ["la semana del {day}", 0]],
  fr: [["la semaine prochaine", 1], ["la semaine du {day}", 0]],
  de: [["nächste Woche", 1], ["übernächste Woche", 2], ["die Woche vom {day}", 0]],
  pt: [["a próxima semana", 1], ["semana que vem", 1], ["a semana de {day}", 0]],
};

for (const code of CODES) {
  Deno.test(`readRequestedDay() reads from one day to another of a month in ${code} as both, and readDate() asks`, async () => {
    const utterances = fc.tuple(
      now,
      fc.integer({ min: 31, max: 150 }),
      fc.integer({ min: 1, max: 20 }),
      oneOf(RANGES[code]),
    )
      .filter(([now, ahead, length]) =>
        monthName(dayOf(now) + ahead, code) === monthName(dayOf(now) + ahead + length, code)
      )
      .map(([now, ahead, length, form = ""]) => {
        const first = dayOf(now) + ahead;
        const figure = (day: number) => String(Number(iso(day).slice(8)));
        return {
          text: fill(form, {
            a: figure(first),
            b: figure(first + length),
            month: monthName(first, code),
          }),
          meant: { date: iso(first), until: iso(first + length) },
          context: contextIn(code, now),
        };
      });
    await readsWhatIsMeant(utterances, whole("date", readRequestedDay));
    fc.assert(
      fc.property(utterances, ({ text, context }) => {
        assert.equal(readDate(text, context).kind, "question", text);
      }),
      SAMPLE,
    );
  });

  Deno.test(`readRequestedDay() reads a week in ${code} as its seven days`, async () => {
    const utterances = fc.tuple(now, fc.integer({ min: 14, max: 150 }), oneOf(WEEKS[code]))
      // On a Sunday a week may begin, or end.
      .filter(([now]) => weekdayOf(dayOf(now)) !== 7)
      .map(([now, ahead, [form = "", weeks = 0] = []]) => {
        const today = dayOf(now);
        const named = today + ahead;
        const monday = weeks === 0
          ? named - weekdayOf(named) + 1
          : today - weekdayOf(today) + 1 + 7 * weeks;
        const figure = String(Number(iso(named).slice(8)));
        const of = code === "es" || code === "pt" ? " de " : code === "de" ? ". " : " ";
        const day = code === "en"
          ? `${monthName(named, code)} ${figure}`
          : figure + of + monthName(named, code);
        return {
          text: fill(form, { day }),
          meant: { date: iso(monday), until: iso(monday + 6) },
          context: contextIn(code, now),
        };
      });
    await readsWhatIsMeant(utterances, whole("date", readRequestedDay));
  });
}
