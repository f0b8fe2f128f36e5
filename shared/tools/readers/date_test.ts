import assert from "node:assert/strict";
import { readDate } from "./date.ts";
import { plainDate } from "./plain.ts";
import { CONTEXT } from "../../../scripts/tests/support/readers/context.ts";

/** Said on Saturday, November 28, 2026. */
const READ: [said: string, date: string, also?: { time?: string; part?: string }][] = [
  ["2026-12-18", "2026-12-18"],
  ["2026-12-18T15:00:00Z", "2026-12-18", { time: "10:00" }],
  ["2026-12-18T01:00:00Z", "2026-12-17", { time: "20:00" }],
  ["2026-12-18T10:00:00-05:00", "2026-12-18", { time: "10:00" }],
  ["2026-12-18T10:00:00-05:00[America/New_York]", "2026-12-18", { time: "10:00" }],
  ["2026-12-18T10:00[America/New_York]", "2026-12-18", { time: "10:00" }],
  ["2026-12-18T00:00:00", "2026-12-18"],
  ["2026-12-01 14:00", "2026-12-01", { time: "14:00" }],
  ["2026-12-1", "2026-12-01"],
  ["2026/12/01", "2026-12-01"],
  ["20261201", "2026-12-01"],
  ["２０２６-１２-０１", "2026-12-01"],
  ["2026‐12‐01", "2026-12-01"],
  ["2026-12-01\u200b", "2026-12-01"],
  ["first of December", "2026-12-01"],
  ["The First of December, please.", "2026-12-01"],
  ["December first twenty twenty-six", "2026-12-01"],
  ["december twenty-first", "2026-12-21"],
  ["24 Nov 2027", "2027-11-24"],
  ["24.11.2027", "2027-11-24"],
  ["3.12.", "2026-12-03"],
  ["12/13", "2026-12-13"],
  ["January 5", "2027-01-05"],
  ["today", "2026-11-28"],
  ["um, maybe tomorrow please", "2026-11-29"],
  ["tomorrow at 2pm", "2026-11-29", { time: "14:00" }],
  ["at half past two tomorrow", "2026-11-29", { time: "14:30" }],
  ["TOMORROW MORNING", "2026-11-29", { part: "morning" }],
  ["the day after tomorrow", "2026-11-30"],
  ["Monday, 30 November 2026 at 9:30 am", "2026-11-30", { time: "09:30" }],
  ["next Tuesday", "2026-12-01"],
  ["Tuesday the 1st", "2026-12-01"],
  ["Tuesday next week", "2026-12-01"],
  ["a week from Tuesday", "2026-12-08"],
  ["in two weeks", "2026-12-12"],
  ["three days from now", "2026-12-01"],
  ["martes 1 de diciembre", "2026-12-01"],
  ["mañana", "2026-11-29"],
  ["mañana a las tres", "2026-11-29", { time: "15:00" }],
  ["demain à 14h30", "2026-11-29", { time: "14:30" }],
  ["demain midi", "2026-11-29", { time: "12:00" }],
  ["übermorgen um halb drei", "2026-11-30", { time: "14:30" }],
  ["morgen früh", "2026-11-29", { part: "morning" }],
  ["Dienstag morgen", "2026-12-01", { part: "morning" }],
  ["amanhã às 15h", "2026-11-29", { time: "15:00" }],
  // Yesterday is read: the booking core says that it is past.
  ["2026-11-27", "2026-11-27"],
];

const ASKED: [said: string, question: string][] = [
  [
    "2025-12-18",
    "Thursday, December 18, 2025 is past: today is Saturday, November 28, 2026. Do you mean Friday, December 18, 2026?",
  ],
  [
    "2024-06-01",
    "Saturday, June 1, 2024 is past: today is Saturday, November 28, 2026. Which date do you mean?",
  ],
  [
    "2026-01-07",
    "Wednesday, January 7, 2026 is past: today is Saturday, November 28, 2026. Do you mean Thursday, January 7, 2027?",
  ],
  ["2026-12-18T00:00:00Z", "Do you mean Thursday, December 17 or Friday, December 18?"],
  ["2026-02-30", "There is no February 30 in 2026. Which date do you mean?"],
  ["12/1", "Is that December 1 or January 12?"],
  ["11/12/2026", "Is that November 12 or December 11?"],
  ["Saturday", "Do you mean Saturday, November 28 or Saturday, December 5?"],
  ["Sunday next week", "Do you mean Sunday, November 29 or Sunday, December 6?"],
  ["Thursday, December 1", "Tuesday, December 1 is not a Thursday. Which day is it?"],
  ["November 20", "Friday, November 20 is already past. Which date do you mean?"],
  ["the 24th", "Do you mean Thursday, December 24?"],
  ...["", "soon", "this week", "not Tuesday", "Tuesday or Wednesday", "any Tuesday", "2026-13-01"]
    .map((said): [string, string] => [
      said,
      "I need the date as day and month, for example November 24.",
    ]),
];

for (const [said, date, also] of READ) {
  Deno.test(`readDate() reads "${said}" as ${date}`, () => {
    assert.deepEqual(readDate(said, CONTEXT), {
      kind: "value",
      value: date,
      ...(also && { also }),
    });
  });
}

for (const [said, question] of ASKED) {
  Deno.test(`readDate() asks about "${said}"`, () => {
    const reading = readDate(said, CONTEXT);
    assert.ok(reading.kind === "question");
    assert.equal(reading.ask, question);
    assert.match(reading.form ?? "", /^YYYY-MM-DD/);
  });
}

Deno.test("readDate() names the day that it offers for one of last year in the accepted form", () => {
  const reading = readDate("2025-12-18", CONTEXT);
  assert.equal(
    reading.kind === "question" && reading.form,
    "YYYY-MM-DD, 2026-12-18 if that is meant",
  );
});

Deno.test("readDate() asks in the agent's language", () => {
  const ask = (language: string) => {
    const reading = readDate("2025-12-18", { ...CONTEXT, language });
    return reading.kind === "question" ? reading.ask : "";
  };
  assert.match(ask("es-MX"), /^El jueves, 18 de diciembre de 2025 ya pasó: hoy es sábado/);
  assert.match(ask("fr"), /^Le jeudi 18 décembre 2025 est passé/);
  assert.match(ask("de"), /^Donnerstag, 18. Dezember 2025 ist vorbei/);
  assert.match(ask("pt-BR"), /^Quinta-feira, 18 de dezembro de 2025 já passou/);
});

Deno.test("readDate() takes day and month in the order of a country that has only one", () => {
  const context = { ...CONTEXT, language: "es", country: "ES" };
  assert.deepEqual(readDate("1/12", context), { kind: "value", value: "2026-12-01" });
  assert.equal(readDate("1/12", { ...context, country: "US" }).kind, "question");
});

Deno.test("readDate() counts days in the clinic's time zone", () => {
  const context = { ...CONTEXT, timezone: "Pacific/Auckland", country: "NZ" };
  assert.deepEqual(readDate("tomorrow", context), { kind: "value", value: "2026-11-30" });
});

Deno.test("plainDate() reads only what reads the same everywhere", () => {
  assert.deepEqual(plainDate(" 2026-11-29 ", CONTEXT.now), { kind: "value", value: "2026-11-29" });
  assert.deepEqual(
    plainDate("2026-11-29T10:00", CONTEXT.now),
    readDate("2026-11-29T10:00", CONTEXT),
  );
  for (const said of ["2025-11-29", "2026-11-29T10:00:00Z", "2026-02-30", "November 29"]) {
    assert.equal(plainDate(said, CONTEXT.now), null, said);
  }
});
