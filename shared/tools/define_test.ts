import assert from "node:assert/strict";
import { coreName, sqlArguments } from "./define.ts";
import { tool as rescheduling } from "./appointment-reschedule.ts";

Deno.test("sqlArguments() names the values as the SQL function does", () => {
  assert.deepEqual(
    sqlArguments(rescheduling, {
      newDate: "2026-11-24",
      newTime: "14:00",
      currentDate: "2026-11-23",
      currentTime: "09:00",
    }),
    { newDate: "2026-11-24", newTime: "14:00", date: "2026-11-23", time: "09:00" },
  );
});

Deno.test("coreName() knows what sort of thing a name is for, and takes no two of a tool for one", () => {
  const cores = {
    date: "date",
    appointmentDate: "date",
    appointment_day: "date",
    newDate: "newdate",
  };
  for (const [name, core] of Object.entries(cores)) assert.equal(coreName(name), core);
});
