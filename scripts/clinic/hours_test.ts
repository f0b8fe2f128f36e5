import assert from "node:assert/strict";
import { parseHours } from "./hours.ts";

Deno.test("parseHours() reads ranges of days, single days and breaks, in any order", () => {
  assert.deepEqual(parseHours("Sat 9:00-12:30,  mon-tue 08:00-12:00, mon 13:00-24:00"), [
    { weekday: 1, opens: "08:00", closes: "12:00" },
    { weekday: 1, opens: "13:00", closes: "24:00" },
    { weekday: 2, opens: "08:00", closes: "12:00" },
    { weekday: 6, opens: "09:00", closes: "12:30" },
  ]);
});

Deno.test("parseHours() names what it can't read", () => {
  const entries = [
    "",
    "mon",
    "mon 9-5",
    "fri-mon 09:00-17:00",
    "mon 17:00-09:00",
    "mon 09:60-17:00",
  ];
  for (const entry of [...entries, "mon 09:00-25:00", "day 09:00-17:00"]) {
    assert.throws(() => parseHours(entry), { message: new RegExp(`hours "${entry}"`) });
  }
});
