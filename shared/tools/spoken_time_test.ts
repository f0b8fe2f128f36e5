import assert from "node:assert/strict";
import { readTime } from "./spoken_time.ts";

const READ: [said: string, time: string][] = [
  ["14:30", "14:30"],
  ["09:05", "09:05"],
  ["14:30:00", "14:30"],
  ["2026-11-24T14:30:00", "14:30"],
  ["2 pm", "14:00"],
  ["2pm", "14:00"],
  ["2:30 p.m.", "14:30"],
  ["at 2.30 PM", "14:30"],
  ["12 am", "00:00"],
  ["12:15 pm", "12:15"],
  ["noon", "12:00"],
  ["midnight", "00:00"],
  ["3 in the afternoon", "15:00"],
  ["3 o'clock in the afternoon", "15:00"],
  ["8 in the morning", "08:00"],
  ["15", "15:00"],
  ["00:00", "00:00"],
];

const ASKED: [said: string, question: RegExp][] = [
  ["2:30", /2:30 in the morning or in the afternoon/],
  ["3 o'clock", /3 o'clock in the morning/],
  ["3", /3 o'clock in the morning/],
  ["14:30Z", /I need the time/],
  ["2026-11-24T14:30:00-05:00", /I need the time/],
  ["25:00", /I need the time/],
  ["13 pm", /I need the time/],
  ["afternoon", /I need the time/],
  ["half past two", /I need the time/],
  ["", /I need the time/],
];

for (const [said, time] of READ) {
  Deno.test(`readTime() reads "${said}" as ${time}`, () => {
    assert.deepEqual(readTime(said), { kind: "value", value: time });
  });
}

for (const [said, question] of ASKED) {
  Deno.test(`readTime() asks about "${said}"`, () => {
    const reading = readTime(said);
    assert.ok(reading.kind === "question");
    assert.match(reading.ask, question);
  });
}
