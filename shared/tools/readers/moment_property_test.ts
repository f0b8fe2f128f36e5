/** Times ahead, weekdays at an hour, weeks from a day, midnights, hours from one to another and zones, in five languages. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { readDate } from "./date.ts";
import { readTime } from "./time.ts";
import { type Code, CODES, spell } from "../../../scripts/tests/support/readers/spell.ts";
import {
  dayOf,
  fill,
  iso,
  now,
  oneOf,
  wallClock,
  weekdayName,
  whole,
  ZONES,
} from "../../../scripts/tests/support/readers/days.ts";
import {
  contextIn,
  readsWhatIsMeant,
  SAMPLE,
} from "../../../scripts/tests/support/readers/said.ts";

const AHEAD: Record<Code, readonly [said: string, minutes: number | null][]> = {
  en: [["in {n} hours", null], ["in half an hour", 30], ["{n} hours from now", null], [
    "in an hour",
    60,
  ], ["in an hour and a half", 90]],
  es: [["en {n} horas", null], ["dentro de {n} horas", null], ["en media hora", 30], [
    "en una hora",
    60,
  ], ["en dos horas y media", 150]],
  fr: [["dans {n} heures", null], ["dans une demi-heure", 30], ["dans une heure", 60], [
    "dans un quart d'heure",
    15,
  ], ["dans une heure et demie", 90]],
  de: [["in {n} Stunden", null], ["in einer halben Stunde", 30], ["in einer Stunde", 60], [
    "in anderthalb Stunden",
    90,
  ]],
  pt: [["em {n} horas", null], ["daqui a {n} horas", null], ["em meia hora", 30], [
    "daqui a uma hora",
    60,
  ], ["em duas horas e meia", 150]],
};

const feminine = (count: number, code: Code) =>
  code === "pt" && count === 2 ? "duas" : spell(count, code);

/** Eight o'clock and not the eighth. */
const AT: Record<Code, readonly string[]> = {
  en: ["{day} at {n}", "at {n} on {day}", "{day} around {n}", "{day} @ {n}"],
  es: ["el {day} a las {n}", "{day} a eso de las {n}", "a las {n} el {day}"],
  fr: ["{day} à {n}", "{day} vers {n}"],
  de: ["{day} um {n}", "{day} gegen {n}", "am {day} so um {n}"],
  pt: ["{day} às {n}", "{day} por volta das {n}", "às {n} na {day}"],
};

const HOURS: Record<Code, readonly string[]> = {
  en: ["from {a} to {b}", "between {a} and {b}", "{a}-{b} pm"],
  es: ["de {a} a {b}", "entre las {a} y las {b}"],
  fr: ["de {a}h à {b}h", "entre {a}h et {b}h", "{a}h-{b}h"],
  de: ["von {a} bis {b} Uhr", "zwischen {a} und {b} Uhr"],
  pt: ["das {a}h às {b}h", "entre as {a} e as {b}"],
};

const LATER: Record<Code, readonly [said: string, days: number][]> = {
  en: [["a week from tomorrow", 8], ["tomorrow week", 8], ["{day} week", 7], [
    "{day} in two weeks",
    14,
  ]],
  es: [["mañana en ocho", 8], ["el {day} en ocho", 7], ["el {day} en quince", 14]],
  fr: [["demain en huit", 8], ["{day} en huit", 7], ["{day} en quinze", 14]],
  de: [["morgen in einer Woche", 8], ["übermorgen in zwei Wochen", 16], [
    "{day} in einer Woche",
    7,
  ]],
  pt: [["amanhã em uma semana", 8], ["{day} em duas semanas", 14]],
};

const MIDNIGHTS: Record<Code, string> = {
  en: "{day} at midnight",
  es: "el {day} a medianoche",
  fr: "{day} à minuit",
  de: "{day} um Mitternacht",
  pt: "{day} à meia-noite",
};

for (const code of CODES) {
  Deno.test(`readDate() and readTime() read a time ahead in ${code} as that moment, at the clinic's clock`, async () => {
    const utterances = fc.tuple(
      now,
      fc.integer({ min: 2, max: 20 }),
      oneOf(AHEAD[code]),
      oneOf(ZONES),
      fc.boolean(),
    )
      .map(([now, count, [form = "", minutes = null] = [], timezone = "UTC", inWords]) => ({
        text: fill(form, { n: inWords ? feminine(count, code) : String(count) }),
        meant: wallClock(new Date(now.getTime() + (minutes ?? 60 * count) * 60_000), timezone),
        context: { ...contextIn(code, now), timezone },
      }));
    await readsWhatIsMeant(utterances, whole("date", readDate));
    await readsWhatIsMeant(utterances, whole("time", readTime));
  });

  Deno.test(`readDate() reads a weekday at an hour in ${code} as its next one, though its date may be that number`, async () => {
    const utterances = fc.tuple(
      now,
      fc.integer({ min: 1, max: 6 }),
      fc.integer({ min: 9, max: 16 }),
      oneOf(AT[code]),
      fc.boolean(),
    )
      .map(([now, ahead, hour, form = "", inWords]) => {
        const day = dayOf(now) + ahead;
        const face = (hour - 1) % 12 + 1;
        const number = inWords && face > 2 ? spell(face, code) : String(face);
        return {
          text: fill(form, { day: weekdayName(day, code), n: number }),
          meant: { date: iso(day), time: `${String(hour).padStart(2, "0")}:00` },
          context: contextIn(code, now),
        };
      });
    await readsWhatIsMeant(utterances, whole("date", readDate));
  });

  Deno.test(`readDate() reads weeks counted from a day in ${code} as the day that was meant`, async () => {
    const utterances = fc.tuple(now, fc.integer({ min: 1, max: 6 }), oneOf(LATER[code]))
      .map(([now, ahead, [form = "", count = 0] = []]) => ({
        text: fill(form, { day: weekdayName(dayOf(now) + ahead, code) }),
        meant: iso(dayOf(now) + count + (form.includes("{day}") ? ahead : 0)),
        context: contextIn(code, now),
      }));
    await readsWhatIsMeant(utterances, readDate);
  });

  Deno.test(`readDate() takes no midnight of a coming day in ${code}, and readTime() no hours from one to another`, () => {
    fc.assert(
      fc.property(
        now,
        fc.integer({ min: 1, max: 6 }),
        fc.integer({ min: 1, max: 21 }),
        oneOf(HOURS[code]),
        (now, ahead, hour, form = "") => {
          const context = contextIn(code, now);
          const day = weekdayName(dayOf(now) + ahead, code);
          const midnight = fill(MIDNIGHTS[code], { day });
          assert.equal(readDate(midnight, context).kind, "question", midnight);
          const range = fill(form, { a: String(hour), b: String(hour + 2) });
          assert.equal(readTime(range, context).kind, "question", range);
          const both = readDate(`${day} ${range}`, context);
          assert.ok(both.kind !== "value" || both.also?.time === undefined, `${day} ${range}`);
        },
      ),
      SAMPLE,
    );
  });
}

const NAMED_ZONES: readonly [said: string, zone: string][] = [
  ["EST", "America/New_York"],
  ["Eastern", "America/New_York"],
  ["CST", "America/Chicago"],
  ["Pacific Time", "America/Los_Angeles"],
  ["CET", "Europe/Paris"],
  ["Europe/Lisbon", "Europe/Lisbon"],
  ["America/Sao_Paulo", "America/Sao_Paulo"],
];

// "10:00 UTC" beside a date is a moment, as ISO 8601 writes it.
Deno.test("readDate() takes a time of a named zone only where the clinic's clock shows the same", () => {
  const utterances = fc.tuple(
    now,
    fc.integer({ min: 2, max: 150 }),
    fc.integer({ min: 6, max: 22 }),
    oneOf(NAMED_ZONES),
    oneOf(ZONES),
    oneOf(CODES),
  );
  fc.assert(
    fc.property(
      utterances,
      ([now, ahead, hour, [said = "", zone = "UTC"] = [], timezone = "UTC", code = "en"]) => {
        const date = iso(dayOf(now) + ahead);
        const time = `${String(hour).padStart(2, "0")}:00`;
        const noon = new Date(`${date}T12:00Z`);
        const isSame = wallClock(noon, zone).time === wallClock(noon, timezone).time &&
          wallClock(noon, zone).date === wallClock(noon, timezone).date;
        const reading = readDate(`${date} ${time} ${said}`, { ...contextIn(code, now), timezone });
        const expected = isSame ? { kind: "value", value: date, also: { time } } : "question";
        assert.deepEqual(
          isSame ? reading : reading.kind,
          expected,
          `${date} ${time} ${said} in ${timezone}`,
        );
      },
    ),
    SAMPLE,
  );
});
