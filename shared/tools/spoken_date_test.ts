import assert from "node:assert/strict";
import { isIsoDate, readDate } from "./spoken_date.ts";

/** A Saturday. */
const TODAY = "2026-11-21";

const READ: [said: string, date: string][] = [
  ["2026-11-24", "2026-11-24"],
  ["2026-11-24T14:30:00", "2026-11-24"],
  ["today", "2026-11-21"],
  ["Tomorrow", "2026-11-22"],
  ["the day after tomorrow", "2026-11-23"],
  ["Tuesday", "2026-11-24"],
  ["on tue", "2026-11-24"],
  ["this Sunday", "2026-11-22"],
  ["next Tuesday", "2026-11-24"],
  ["the coming Friday", "2026-11-27"],
  ["November 24", "2026-11-24"],
  ["Nov. 24th", "2026-11-24"],
  ["the 24th of November", "2026-11-24"],
  ["24 November 2027", "2027-11-24"],
  ["Tuesday, November 24", "2026-11-24"],
  ["Tuesday the 24th of November", "2026-11-24"],
  ["January 5", "2027-01-05"],
  ["11/24/2026", "2026-11-24"],
  ["24/11/2026", "2026-11-24"],
  ["24.11.2026", "2026-11-24"],
  ["12/12", "2026-12-12"],
  ["3.12.", "2026-12-03"],
  // A past date is read: the booking core says that it is past.
  ["2026-11-01", "2026-11-01"],
];

const ASKED: [said: string, question: RegExp][] = [
  ["2026-02-30", /no February 30 in 2026/],
  ["2026-11-24T14:30:00Z", /I need the date/],
  ["2026-13-01", /I need the date/],
  ["Saturday", /Saturday, November 21 or Saturday, November 28/],
  ["this Tuesday", /Tuesday, November 24 or Tuesday, December 1/],
  ["next Sunday", /Sunday, November 22 or Sunday, November 29/],
  ["11/12/2026", /November 12 or December 11/],
  ["Wednesday, November 24", /Tuesday, November 24 is not a Wednesday/],
  ["November 20", /already past/],
  ["the 24th", /I need the date/],
  ["soon", /I need the date/],
  ["", /I need the date/],
  ["next week", /I need the date/],
  ["November 31", /no November 31/],
];

for (const [said, date] of READ) {
  Deno.test(`readDate() reads "${said}" on a Saturday as ${date}`, () => {
    assert.deepEqual(readDate(said, TODAY), { kind: "value", value: date });
  });
}

for (const [said, question] of ASKED) {
  Deno.test(`readDate() asks about "${said}"`, () => {
    const reading = readDate(said, TODAY);
    assert.ok(reading.kind === "question");
    assert.match(reading.ask, question);
  });
}

Deno.test("isIsoDate() is true only for what reads the same on every day", () => {
  assert.equal(isIsoDate(" 2026-11-24 "), true);
  assert.equal(isIsoDate("November 24"), false);
});
