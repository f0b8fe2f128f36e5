import assert from "node:assert/strict";
import { readTime } from "./time.ts";
import { CONTEXT } from "../../../scripts/tests/support/readers/context.ts";

const READ: [said: string, time: string, date?: string][] = [
  ["14:30", "14:30"],
  ["14:30:00", "14:30"],
  ["T14:30", "14:30"],
  ["14h30", "14:30"],
  ["1430", "14:30"],
  ["930", "09:30"],
  ["two pm", "14:00"],
  ["2pm.", "14:00"],
  ["2:30 p.m.", "14:30"],
  ["1 p m", "13:00"],
  ["at 2.30 PM", "14:30"],
  ["14:30 PM", "14:30"],
  ["12 am", "00:00"],
  ["12:15 pm", "12:15"],
  ["half past two", "14:30"],
  ["a quarter past nine", "09:15"],
  ["quarter to three", "14:45"],
  ["two thirty", "14:30"],
  ["nine oh five", "09:05"],
  ["fourteen hundred", "14:00"],
  ["noon", "12:00"],
  ["midnight", "00:00"],
  ["3 in the afternoon", "15:00"],
  ["8 at night", "20:00"],
  ["around 2ish", "14:00"],
  // A clinic that is open from 9 to 5 leaves no question.
  ["9:30", "09:30"],
  ["3 o'clock", "15:00"],
  ["three", "15:00"],
  ["12", "12:00"],
  ["15 Uhr", "15:00"],
  ["halb drei", "14:30"],
  ["fünf vor halb drei", "14:25"],
  ["viertel vor drei", "14:45"],
  ["las tres y media de la tarde", "15:30"],
  ["deux heures et demie", "14:30"],
  ["trois heures moins le quart", "14:45"],
  ["midi", "12:00"],
  ["meio-dia e meia", "12:30"],
  ["quinze para as três", "14:45"],
  ["2026-11-24T14:30:00", "14:30", "2026-11-24"],
  ["2026-12-18T15:00:00Z", "10:00", "2026-12-18"],
  ["tomorrow at 2pm", "14:00", "2026-11-29"],
];

const ASKED: [said: string, question: string][] = [
  ["8", "Is that 8 o'clock in the morning or in the evening?"],
  ...[
    "14:30Z",
    "25:00",
    "13 pm",
    "15:00 in the morning",
    "afternoon",
    "",
    "soon",
    "not 3",
    "3 or 4",
  ]
    .map((said): [string, string] => [said, "I need the time of day, for example 2:30 PM."]),
];

for (const [said, time, date] of READ) {
  Deno.test(`readTime() reads "${said}" as ${time}`, () => {
    const reading = readTime(said, CONTEXT);
    assert.ok(reading.kind === "value", JSON.stringify(reading));
    assert.equal(reading.value, time);
    assert.equal(reading.also?.date, date);
  });
}

for (const [said, question] of ASKED) {
  Deno.test(`readTime() asks about "${said}"`, () => {
    assert.deepEqual(readTime(said, CONTEXT), { kind: "question", ask: question, form: "HH:MM" });
  });
}

Deno.test("readTime() asks which half of the day is meant where both are open, or nothing is known", () => {
  const question = {
    kind: "question",
    ask: "Is that 9:30 in the morning or in the evening?",
    form: "HH:MM",
  };
  const openings = [{ weekday: 1, opens: 0, closes: 1440 }];
  assert.deepEqual(readTime("9:30", { ...CONTEXT, openings }), question);
  assert.deepEqual(readTime("9:30", { ...CONTEXT, openings: [] }), question);
});

Deno.test("readTime() takes the half of the day from the day's own field", () => {
  const context = { ...CONTEXT, openings: [] };
  assert.deepEqual(readTime("9:30", context, { part: "morning" }), {
    kind: "value",
    value: "09:30",
  });
  assert.deepEqual(readTime("2", context, { part: "afternoon" }), {
    kind: "value",
    value: "14:00",
  });
});

Deno.test("readTime() looks at the hours of that weekday", () => {
  const openings = [
    { weekday: 2, opens: 540, closes: 720 },
    { weekday: 3, opens: 1140, closes: 1320 },
  ];
  const context = { ...CONTEXT, openings };
  assert.deepEqual(readTime("9", context, { date: "2026-12-01" }), {
    kind: "value",
    value: "09:00",
  });
  assert.deepEqual(readTime("9", context, { date: "2026-12-02" }), {
    kind: "value",
    value: "21:00",
  });
  assert.equal(readTime("9", context).kind, "question");
});

Deno.test("readTime() asks when words are two times", () => {
  const reading = readTime("las diez y seis", { ...CONTEXT, language: "es", country: "ES" });
  assert.equal(
    reading.kind === "question" && reading.ask,
    "He oído dos horas, las 10:06 de la mañana y las 4 de la tarde. ¿Cuál es la correcta?",
  );
});
