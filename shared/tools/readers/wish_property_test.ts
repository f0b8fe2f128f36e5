/** Zones, spans, ranges, weeks and times ahead, in five languages: what was meant is known by arithmetic of its own, before a reader sees what was said. */
import assert from "node:assert/strict";
import fc from "fast-check";
import type { Reading, ReadingContext } from "../reading.ts";
import { readDate } from "./date.ts";
import { readTime } from "./time.ts";
import { readDayWish } from "./wish.ts";
import { type Code, CODES, spell } from "../../../scripts/tests/support/readers/spell.ts";
import {
  contextIn,
  readsWhatIsMeant,
  SAMPLE,
} from "../../../scripts/tests/support/readers/said.ts";

const LOCALES: Record<Code, string> = { en: "en-US", es: "es", fr: "fr", de: "de", pt: "pt-BR" };
const ZONES = ["UTC", "America/New_York", "Europe/Paris", "America/Sao_Paulo", "Australia/Sydney"];
const DAY = 86_400_000;

const now = fc.date({
  min: new Date("2026-01-01"),
  max: new Date("2027-06-30"),
  noInvalidDate: true,
});

/** A date as the sum of days since 1970: no calendar of ours takes part. */
const days = (at: Date) => Math.floor(at.getTime() / DAY);
const iso = (day: number) => new Date(day * DAY).toISOString().slice(0, 10);
const weekdayOf = (day: number) => (day + 3) % 7 + 1;
const monthOf = (day: number, code: Code) =>
  new Intl.DateTimeFormat(LOCALES[code], { month: "long", timeZone: "UTC" }).format(day * DAY);
const dayName = (day: number, code: Code) =>
  new Intl.DateTimeFormat(LOCALES[code], { weekday: "long", timeZone: "UTC" }).format(day * DAY);

/** What a wall clock there shows at that moment. */
function wallClock(at: Date, timeZone: string): { date: string; time: string } {
  const [date = "", time = ""] = new Intl.DateTimeFormat("sv-SE", {
    timeZone,
    dateStyle: "short",
    timeStyle: "short",
  }).format(at).split(" ");
  return { date, time };
}

/** Both days of a wish, or one that was told besides. */
const whole =
  (read: (text: string, context: ReadingContext) => Reading<string>) =>
  (text: string, context: ReadingContext): Reading<unknown> => {
    const reading = read(text, context);
    return reading.kind === "value"
      ? { kind: "value", value: { value: reading.value, ...reading.also } }
      : reading;
  };

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

const RANGES: Record<Code, readonly string[]> = {
  en: ["{month} {a} to {b}", "from the {a}th to the {b}th of {month}", "{a} to {b} {month}"],
  es: ["del {a} al {b} de {month}", "entre el {a} y el {b} de {month}"],
  fr: ["du {a} au {b} {month}", "entre le {a} et le {b} {month}"],
  de: ["vom {a}. bis {b}. {month}", "zwischen dem {a}. und {b}. {month}"],
  pt: ["de {a} a {b} de {month}", "entre {a} e {b} de {month}"],
};

const HOURS: Record<Code, readonly string[]> = {
  en: ["from {a} to {b}", "between {a} and {b}", "{a}-{b} pm"],
  es: ["de {a} a {b}", "entre las {a} y las {b}"],
  fr: ["de {a}h à {b}h", "entre {a}h et {b}h", "{a}h-{b}h"],
  de: ["von {a} bis {b} Uhr", "zwischen {a} und {b} Uhr"],
  pt: ["das {a}h às {b}h", "entre as {a} e as {b}"],
};

const WEEKS: Record<Code, readonly [said: string, weeks: number][]> = {
  en: [["next week", 1], ["the week after next", 2], ["the week of {day}", 0]],
  es: [["la próxima semana", 1], ["la semana que viene", 1], ["la semana del {day}", 0]],
  fr: [["la semaine prochaine", 1], ["la semaine du {day}", 0]],
  de: [["nächste Woche", 1], ["übernächste Woche", 2], ["die Woche vom {day}", 0]],
  pt: [["a próxima semana", 1], ["semana que vem", 1], ["a semana de {day}", 0]],
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

const fill = (text: string, values: Record<string, string>) =>
  text.replace(/\{(\w+)\}/g, (_, name: string) => values[name] ?? "");

const oneOf = <Item>(items: readonly Item[]) => fc.nat(items.length - 1).map((at) => items[at]);

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
    const asDate = (text: string, context: ReadingContext): Reading<unknown> => {
      const reading = readDate(text, context);
      return reading.kind === "value"
        ? { kind: "value", value: { date: reading.value, ...reading.also } }
        : reading;
    };
    const asTime = (text: string, context: ReadingContext): Reading<unknown> => {
      const reading = readTime(text, context);
      return reading.kind === "value"
        ? { kind: "value", value: { time: reading.value, ...reading.also } }
        : reading;
    };
    await readsWhatIsMeant(utterances, asDate);
    await readsWhatIsMeant(utterances, asTime);
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
        const day = days(now) + ahead;
        const face = (hour - 1) % 12 + 1;
        const said = inWords
          ? { es: "la una", pt: "uma", fr: "une" }[code === "en" || code === "de" ? "fr" : code]
          : "";
        const number = inWords && face > 2 ? spell(face, code) : String(face);
        return {
          text: fill(
            face === 1 ? form.replace("las {n}", said === "la una" ? said : "las {n}") : form,
            { day: dayName(day, code), n: number },
          ),
          meant: { value: iso(day), time: `${String(hour).padStart(2, "0")}:00` },
          context: contextIn(code, now),
        };
      });
    await readsWhatIsMeant(utterances, whole(readDate));
  });

  Deno.test(`readDayWish() reads from one day to another of a month in ${code} as both, and readDate() asks`, async () => {
    const utterances = fc.tuple(
      now,
      fc.integer({ min: 31, max: 150 }),
      fc.integer({ min: 1, max: 20 }),
      oneOf(RANGES[code]),
    )
      .filter(([now, ahead, length]) =>
        monthOf(days(now) + ahead, code) === monthOf(days(now) + ahead + length, code)
      )
      .map(([now, ahead, length, form = ""]) => {
        const first = days(now) + ahead;
        const figure = (day: number) => String(Number(iso(day).slice(8)));
        return {
          text: fill(form, {
            a: figure(first),
            b: figure(first + length),
            month: monthOf(first, code),
          }),
          meant: { value: iso(first), until: iso(first + length) },
          context: contextIn(code, now),
        };
      });
    await readsWhatIsMeant(utterances, whole(readDayWish));
    fc.assert(
      fc.property(utterances, ({ text, context }) => {
        assert.equal(readDate(text, context).kind, "question", text);
      }),
      SAMPLE,
    );
  });

  Deno.test(`readDayWish() reads a week in ${code} as its seven days`, async () => {
    const utterances = fc.tuple(now, fc.integer({ min: 14, max: 150 }), oneOf(WEEKS[code]))
      // On a Sunday a week may begin, or end.
      .filter(([now]) => weekdayOf(days(now)) !== 7)
      .map(([now, ahead, [form = "", weeks = 0] = []]) => {
        const today = days(now);
        const named = today + ahead;
        const monday = weeks === 0
          ? named - weekdayOf(named) + 1
          : today - weekdayOf(today) + 1 + 7 * weeks;
        const figure = String(Number(iso(named).slice(8)));
        const of = code === "es" || code === "pt" ? " de " : code === "de" ? ". " : " ";
        const day = code === "en"
          ? `${monthOf(named, code)} ${figure}`
          : figure + of + monthOf(named, code);
        return {
          text: fill(form, { day }),
          meant: { value: iso(monday), until: iso(monday + 6) },
          context: contextIn(code, now),
        };
      });
    await readsWhatIsMeant(utterances, whole(readDayWish));
  });

  Deno.test(`readDate() reads weeks counted from a day in ${code} as the day that was meant`, async () => {
    const utterances = fc.tuple(now, fc.integer({ min: 1, max: 6 }), oneOf(LATER[code]))
      .map(([now, ahead, [form = "", count = 0] = []]) => ({
        text: fill(form, { day: dayName(days(now) + ahead, code) }),
        meant: iso(days(now) + count + (form.includes("{day}") ? ahead : 0)),
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
          const day = dayName(days(now) + ahead, code);
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
  ["UTC", "UTC"],
  ["CET", "Europe/Paris"],
  ["Europe/Lisbon", "Europe/Lisbon"],
  ["America/Sao_Paulo", "America/Sao_Paulo"],
];

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
        const date = iso(days(now) + ahead);
        const time = `${String(hour).padStart(2, "0")}:00`;
        // No clock changes at these hours, so one of these four is the moment or none is.
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
