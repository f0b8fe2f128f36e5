import assert from "node:assert/strict";
import fc from "fast-check";
import { addDays, formatter, type LocalDate } from "../local_date.ts";
import { readDate } from "./date.ts";
import {
  type Code,
  CODES,
  spell,
  spellOrdinal,
} from "../../../scripts/tests/support/readers/spell.ts";
import {
  contextIn,
  readsWhatIsMeant,
  SAMPLE,
} from "../../../scripts/tests/support/readers/said.ts";

const LOCALES: Record<Code, string> = { en: "en-US", es: "es", fr: "fr", de: "de", pt: "pt-BR" };

const DATES: Record<Code, readonly string[]> = {
  en: [
    "{month} {day}",
    "{weekday}, {month} {day}",
    "the {ordinal} of {month}",
    "{weekday} the {ordinal} of {month}, please",
    "{month} {ordinal} {year}",
    "{day} {month} {year}",
    "um, {month} {ordinal}",
  ],
  es: [
    "{day} de {month}",
    "el {weekday} {day} de {month}",
    "el {ordinal} de {month}",
    "{weekday}, {ordinal} de {month} de {year}",
    "{day}/{monthNumber}",
    "{day}-{monthNumber}-{year}",
  ],
  fr: [
    "{day} {month}",
    "le {weekday} {day} {month}",
    "le {ordinal} {month}",
    "{weekday} {ordinal} {month} {year}",
    "{day}/{monthNumber}/{year}",
    "euh, le {day} {month} s'il vous plaît",
  ],
  de: [
    "{day}. {month}",
    "am {weekday}, den {day}. {month}",
    "am {ordinal} {month}",
    "{weekday}, {ordinal} {month} {year}",
    "{day}.{monthNumber}.",
    "{day}.{monthNumber}.{year}",
  ],
  pt: [
    "{day} de {month}",
    "{weekday}, {day} de {month}",
    "dia {ordinal} de {month}",
    "{weekday}, {ordinal} de {month} de {year}",
    "{day}/{monthNumber}/{year}",
    "{day}/{monthNumber}",
  ],
};

const EVERYWHERE = [
  "{iso}",
  "{iso}T00:00:00",
  "{year}/{monthNumber}/{day}",
  "{year}-{monthNumber}-{day}",
];

const now = fc.date({
  min: new Date("2026-01-01"),
  max: new Date("2027-06-30"),
  noInvalidDate: true,
});

function dated(code: Code, template: string, date: LocalDate): string {
  const part = (options: Intl.DateTimeFormatOptions) =>
    formatter(LOCALES[code], { timeZone: "UTC", ...options }).format(new Date(date));
  const [year = "", month = "", day = ""] = date.split("-");
  const values: Record<string, string> = {
    iso: date,
    year,
    monthNumber: String(Number(month)),
    day: String(Number(day)),
    ordinal: spellOrdinal(Number(day), code),
    month: part({ month: "long" }),
    weekday: part({ weekday: "long" }),
  };
  return template.replace(/\{(\w+)\}/g, (_, name: string) => values[name] ?? "");
}

/** Letters in the wrong case, blanks and stops at the ends: as models write. */
function untidy(text: string, how: number): string {
  return [
    text,
    text.toUpperCase(),
    ` ${text}. `,
    text.normalize("NFD"),
    text.replaceAll(" ", "  "),
  ][how] ?? text;
}

for (const code of CODES) {
  const forms = [...DATES[code], ...EVERYWHERE];

  Deno.test(`readDate() reads a calendar date said in ${code} as the day that was meant`, async () => {
    const utterances = fc.tuple(now, fc.nat(179), fc.nat(forms.length - 1), fc.nat(4)).map(
      ([now, ahead, form, how]) => {
        const context = contextIn(code, now);
        const meant = addDays(now.toISOString().slice(0, 10), ahead);
        return { text: untidy(dated(code, forms[form] ?? "", meant), how), meant, context };
      },
    );
    await readsWhatIsMeant(utterances, readDate);
  });

  Deno.test(`readDate() reads so many days ahead in ${code} as the day that was meant`, async () => {
    const format = new Intl.RelativeTimeFormat(LOCALES[code], { numeric: "auto" });
    const utterances = fc.tuple(now, fc.nat(40), fc.boolean(), fc.boolean()).map(
      ([now, count, inWords, inWeeks]) => {
        const isInWeeks = inWeeks && count > 1;
        const said = format.format(count, isInWeeks ? "week" : "day");
        const text = inWords && count > 1
          ? said.replace(
            /\d+/,
            (digits) => spell(Number(digits), code).replace(/\b(\w+)uno\b/, "$1un"),
          )
          : said;
        const today = now.toISOString().slice(0, 10);
        return {
          text,
          meant: addDays(today, count * (isInWeeks ? 7 : 1)),
          context: contextIn(code, now),
        };
      },
    );
    await readsWhatIsMeant(utterances, readDate, { accepting: 0.9 });
  });

  Deno.test(`readDate() asks about a weekday that does not fit its date in ${code}`, () => {
    const form = DATES[code].find((form) => form.includes("{weekday}")) ?? "";
    fc.assert(
      fc.property(now, fc.nat(179), fc.integer({ min: 1, max: 6 }), (now, ahead, off) => {
        const date = addDays(now.toISOString().slice(0, 10), ahead);
        const text = dated(code, form, date)
          .replace(dated(code, "{weekday}", date), dated(code, "{weekday}", addDays(date, off)));
        const reading = readDate(text, contextIn(code, now));
        assert.equal(reading.kind, "question", text);
      }),
      SAMPLE,
    );
  });

  Deno.test(`readDate() asks about two days said together in ${code}`, () => {
    const or = { en: "or", es: "o", fr: "ou", de: "oder", pt: "ou" }[code];
    fc.assert(
      fc.property(now, fc.nat(179), fc.integer({ min: 1, max: 30 }), (now, ahead, apart) => {
        const date = addDays(now.toISOString().slice(0, 10), ahead);
        const form = DATES[code][0] ?? "";
        const text = `${dated(code, form, date)} ${or} ${dated(code, form, addDays(date, apart))}`;
        assert.equal(readDate(text, contextIn(code, now)).kind, "question", text);
      }),
      SAMPLE,
    );
  });
}

Deno.test("readDate() asks about day and month in figures wherever both orders are dates", () => {
  const context = { ...contextIn("en"), country: "US" };
  fc.assert(
    fc.property(fc.nat(360), fc.constantFrom("/", "-"), fc.boolean(), (ahead, mark, withYear) => {
      const date = addDays("2026-12-01", ahead);
      const [year, month, day] = date.split("-").map(Number);
      const text = [month, day, ...(withYear ? [year] : [])].join(mark);
      const reading = readDate(text, context);
      const isBoth = (day ?? 0) <= 12 && day !== month;
      if (isBoth) assert.equal(reading.kind, "question", text);
      else if (reading.kind === "value") assert.equal(reading.value, date, text);
    }),
    SAMPLE,
  );
});

Deno.test("readDate() reads a weekday alone as its next one, and asks on that day itself", () => {
  for (const code of CODES) {
    for (let ahead = 0; ahead < 7; ahead++) {
      const context = contextIn(code);
      const date = addDays("2026-11-28", ahead);
      const reading = readDate(dated(code, "{weekday}", date), context);
      if (ahead === 0) assert.equal(reading.kind, "question");
      else assert.deepEqual(reading, { kind: "value", value: date });
    }
  }
});
