/** Yes and no, nothing, no preference, and requests that leave the day or the hour to us. */
import assert from "node:assert/strict";
import {
  choiceKind,
  codeKind,
  dateKind,
  emailKind,
  nameKind,
  partOfDayKind,
  phoneKind,
  requestedDayKind,
  requestedTimeKind,
  textKind,
  timeKind,
  yesNoKind,
} from "../fields.ts";
import { NOTHING, type Told } from "../reading.ts";
import { answers } from "./phrases.ts";
import { languages } from "./languages.ts";
import { isAnything, isNothing, readYesOrNo } from "./phrases.ts";
import { CONTEXT } from "../../../scripts/tests/support/readers/context.ts";
import { readPart, readRequestedDay, readRequestedTime } from "./requested.ts";

for (const said of ["yes", "Yes.", "True", "1", "sí", "oui", "ja", "sim", "yes please"]) {
  Deno.test(`readYesOrNo() reads "${said}" as true`, () => {
    assert.equal(readYesOrNo(said), true);
  });
}

for (const said of ["no", "FALSE", "0", "nein", "non", "não", "No, thanks"]) {
  Deno.test(`readYesOrNo() reads "${said}" as false`, () => {
    assert.equal(readYesOrNo(said), false);
  });
}

Deno.test("yesNoKind asks about anything that is neither", async () => {
  assert.equal(yesNoKind.plain("maybe", CONTEXT.now), null);
  assert.deepEqual(await yesNoKind.read("maybe", CONTEXT), {
    kind: "question",
    ask: "Is that a yes or a no?",
    form: "true or false",
  });
});

for (
  const said of ["none", "N/A", "null", "-", "not provided", "Unknown.", "keine", "aucun", "nenhum"]
) {
  Deno.test(`isNothing() is true for "${said}"`, () => assert.equal(isNothing(said), true));
}

Deno.test("each kind takes a word for nothing as nothing", () => {
  const kinds = {
    choiceKind,
    codeKind,
    dateKind,
    requestedDayKind,
    emailKind,
    partOfDayKind,
    phoneKind,
  };
  const all = { ...kinds, textKind, timeKind, requestedTimeKind, yesNoKind };
  for (const [name, kind] of Object.entries(all)) {
    for (const said of ["none", "N/A", "unknown", "-", "keine", "ninguno"]) {
      assert.deepEqual(kind.plain(said, CONTEXT.now), NOTHING, `${name}: ${said}`);
    }
  }
});

Deno.test("each language has its answers", () => {
  assert.deepEqual(Object.keys(answers), languages.map(({ code }) => code));
});

for (const said of ["No preference", "first available", "either", "anyone", "egal", "cualquiera"]) {
  Deno.test(`isAnything() is true for "${said}"`, () => {
    assert.equal(isAnything(said), true);
    assert.equal(isNothing(said), false);
  });
}

Deno.test("isNothing() and isAnything() are false for names", () => {
  for (const said of ["Dr. Nulls", "Anya", "Noone Clinic", "Check-up"]) {
    assert.equal(isNothing(said) || isAnything(said), false, said);
  }
});

/** Said on Saturday, November 28, 2026. */
const DAYS: [said: string, from: string | null, also?: Told][] = [
  ["as soon as possible", null],
  ["the next available appointment", null],
  ["any day", null],
  ["cuanto antes", null],
  ["so bald wie möglich", null],
  ["afternoon", null, { part: "afternoon" }],
  ["this week", "2026-11-28", { until: "2026-11-29" }],
  ["next week", "2026-11-30", { until: "2026-12-06" }],
  ["any time next week", "2026-11-30", { until: "2026-12-06" }],
  ["next week in the morning", "2026-11-30", { until: "2026-12-06", part: "morning" }],
  ["la semaine prochaine", "2026-11-30", { until: "2026-12-06" }],
  ["semana que vem", "2026-11-30", { until: "2026-12-06" }],
  ["this weekend", "2026-11-28", { until: "2026-11-29" }],
  ["any day in December", "2026-12-01", { until: "2026-12-31" }],
  ["Tuesday afternoon", "2026-12-01", { part: "afternoon" }],
  ["next Tuesday at 3pm", "2026-12-01", { time: "15:00" }],
  ["martes 1 de diciembre", "2026-12-01"],
  ["mañana", "2026-11-29"],
];

for (const [said, from, also] of DAYS) {
  Deno.test(`readRequestedDay() reads "${said}" from ${from ?? "the first free time"} on`, () => {
    const { kind, ...reading } = readRequestedDay(said, CONTEXT);
    assert.equal(kind, from === null ? "nothing" : "value");
    assert.deepEqual(reading, { ...(from && { value: from }), ...(also && { also }) });
  });
}

for (const said of ["any Tuesday", "Saturday", "gibberish"]) {
  Deno.test(`readRequestedDay() asks about "${said}"`, () => {
    assert.equal(readRequestedDay(said, CONTEXT).kind, "question");
  });
}

Deno.test("readRequestedTime() reads a time, a part of the day, or that any will do", () => {
  assert.deepEqual(readRequestedTime("2pm", CONTEXT), { kind: "value", value: "14:00" });
  for (const said of ["afternoon", "in the afternoon", "por la tarde", "nachmittags", "à tarde"]) {
    const part = "afternoon";
    assert.deepEqual(readRequestedTime(said, CONTEXT), { kind: "nothing", also: { part } });
    assert.deepEqual(readPart(said, CONTEXT), { kind: "value", value: part });
  }
  assert.deepEqual(readRequestedTime("any time", CONTEXT), { kind: "nothing" });
});

Deno.test("readRequestedTime() takes a time of day for one, even where its first word is short for a month", () => {
  const context = { ...CONTEXT, language: "pt" };
  assert.partialDeepStrictEqual(readRequestedTime("dez da manhã", context), { value: "10:00" });
  assert.deepEqual(readRequestedTime("de manhã", context), {
    kind: "nothing",
    also: { part: "morning" },
  });
});

/** A name, or that there is none to write down. */
const NAMES: [said: string, name: string | null][] = [
  ["my name is Jane Roe", "Jane Roe"],
  ["It's Jane Roe", "Jane Roe"],
  ["Name: Jane Roe", "Jane Roe"],
  ["me llamo Ana Ruiz", "Ana Ruiz"],
  ["je m'appelle Anne Roy", "Anne Roy"],
  ["ich heiße Anna Roth", "Anna Roth"],
  ["meu nome é Ana Reis", "Ana Reis"],
  ["Ima Roe", "Ima Roe"],
  ["Maia Soyer", "Maia Soyer"],
  ["my son", null],
  ["myself", null],
  ["Mr.", null],
  ["moi", null],
  ["mein Sohn", null],
  ["a mesma", null],
];

for (const [said, name] of NAMES) {
  Deno.test(`nameKind takes "${said}" for ${name ?? "no name"}`, () => {
    const reading = nameKind.plain(said, new Date());
    assert.equal(reading?.kind === "value" ? reading.value : null, name);
  });
}
