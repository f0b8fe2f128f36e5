import { deepEqual } from "node:assert/strict";
import { hoursChanges, nextHours } from "./hours.ts";

const monday = { id: "a", weekday: 1, opens: "09:00", closes: "12:00" };
const tuesday = { id: "b", weekday: 2, opens: "09:00", closes: "17:00" };

Deno.test("hoursChanges() writes what differs and nothing else", () => {
  const afternoon = { weekday: 1, opens: "13:00", closes: "17:00" };
  deepEqual(hoursChanges([monday, tuesday], [{ ...monday, closes: "12:30" }, afternoon]), {
    removed: ["b"],
    changed: [{ ...monday, closes: "12:30" }],
    added: [afternoon],
  });
  deepEqual(hoursChanges([monday], [monday]), { removed: [], changed: [], added: [] });
});

Deno.test("nextHours() begins after the day's last hours, so that they don't overlap", () => {
  deepEqual(nextHours([monday], 1), { weekday: 1, opens: "13:00", closes: "14:00" });
  deepEqual(nextHours([monday], 3), { weekday: 3, opens: "09:00", closes: "17:00" });
});
