/** Requests for several days, in five languages: from a day on, and the next few. Today is Saturday, November 28. */
import assert from "node:assert/strict";
import { CONTEXT } from "../../../scripts/tests/support/readers/context.ts";
import { readRequestedDay } from "./requested.ts";

const FROM_MONDAY: Readonly<Record<string, readonly string[]>> = {
  en: [
    "from Monday",
    "from Monday on",
    "Monday onwards",
    "Monday or later",
    "starting Monday",
    "as of Monday",
    "not before Monday",
    "Monday at the earliest",
    "from next Monday",
  ],
  es: [
    "a partir del lunes",
    "a partir de lunes",
    "desde el lunes",
    "del lunes en adelante",
    "no antes del lunes",
    "el lunes o después",
  ],
  fr: [
    "à partir de lundi",
    "à partir du lundi",
    "dès lundi",
    "à compter de lundi",
    "pas avant lundi",
    "lundi au plus tôt",
    "lundi ou après",
  ],
  de: [
    "ab Montag",
    "ab dem Montag",
    "frühestens Montag",
    "frühestens am Montag",
    "nicht vor Montag",
    "Montag oder später",
    "ab nächstem Montag",
  ],
  pt: [
    "a partir de segunda",
    "a partir da segunda-feira",
    "desde segunda",
    "de segunda em diante",
    "não antes de segunda",
    "segunda ou depois",
  ],
};

const AFTER_MONDAY: Readonly<Record<string, string>> = {
  en: "after Monday",
  es: "después del lunes",
  fr: "après lundi",
  de: "nach Montag",
  pt: "depois de segunda",
};

const NEXT_DAYS: Readonly<Record<string, readonly string[]>> = {
  en: [
    "in the next days",
    "in the next few days",
    "within the next couple of days",
    "in the coming days",
    "the next few days",
  ],
  es: ["en los próximos días", "los próximos días", "en los siguientes días"],
  fr: ["dans les prochains jours", "les prochains jours", "dans les jours qui viennent"],
  de: [
    "in den nächsten Tagen",
    "die nächsten Tage",
    "in den kommenden Tagen",
    "in den nächsten paar Tagen",
  ],
  pt: ["nos próximos dias", "os próximos dias"],
};

const NEXT_WEEKS: Readonly<Record<string, string>> = {
  en: "in the next few weeks",
  es: "en las próximas semanas",
  fr: "dans les prochaines semaines",
  de: "in den nächsten Wochen",
  pt: "nas próximas semanas",
};

function reads(language: string, said: string, value: string, until: string): void {
  Deno.test(`readRequestedDay() in ${language} reads "${said}" from ${value} until ${until}`, () => {
    const reading = readRequestedDay(said, { ...CONTEXT, language });
    assert.deepEqual(reading, { kind: "value", value, also: { until } });
  });
}

for (const [language, wishes] of Object.entries(FROM_MONDAY)) {
  for (const said of wishes) reads(language, said, "2026-11-30", "2026-12-13");
}
for (const [language, said] of Object.entries(AFTER_MONDAY)) {
  reads(language, said, "2026-12-01", "2026-12-14");
}
for (const [language, wishes] of Object.entries(NEXT_DAYS)) {
  for (const said of wishes) reads(language, said, "2026-11-28", "2026-12-05");
}
for (const [language, said] of Object.entries(NEXT_WEEKS)) {
  reads(language, said, "2026-11-28", "2026-12-19");
}
reads("en", "in the next 3 days", "2026-11-28", "2026-12-01");
reads("en", "within a day", "2026-11-28", "2026-11-29");
reads("de", "die nächsten zwei Wochen", "2026-11-28", "2026-12-12");

for (
  const [language, said] of Object.entries({
    en: "from today",
    es: "a partir de hoy",
    fr: "à partir d'aujourd'hui",
    de: "ab heute",
    pt: "a partir de hoje",
  })
) {
  Deno.test(`readRequestedDay() in ${language} leaves the day to us after "${said}"`, () => {
    assert.equal(readRequestedDay(said, { ...CONTEXT, language }).kind, "nothing");
  });
}

Deno.test("readRequestedDay() keeps the part of the day that is told with the first day", () => {
  assert.deepEqual(readRequestedDay("ab Montag nachmittags", { ...CONTEXT, language: "de" }), {
    kind: "value",
    value: "2026-11-30",
    also: { until: "2026-12-13", part: "afternoon" },
  });
});
