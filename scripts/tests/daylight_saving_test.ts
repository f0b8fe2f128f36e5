/** The two days a year when clocks change, for a clinic that is open across the change. */
import assert from "node:assert/strict";
import { addDays, type LocalDate } from "../../shared/tools/local_date.ts";
import { changeDay } from "./support/change_day.ts";
import { type Answer, type Clinic, clinics } from "./support/clinic.ts";
import { freeTimes } from "./support/free_times.ts";

const world = clinics();

/** A clinic that never closes, with visits of half an hour. */
async function openAlways(timezone: string): Promise<Clinic> {
  const clinic = await world.open({ timezone });
  const { sql } = world.stack;
  await sql`delete from business_hours where org_id = ${clinic.id}`;
  await sql`
    insert into business_hours (org_id, weekday, opens, closes)
    select ${clinic.id}, weekday, '00:00', '24:00' from generate_series(1, 7) weekday`;
  await sql`update booking_policies set slot_minutes = 30, horizon_days = 500 where org_id = ${clinic.id}`;
  return clinic;
}

function halfHours(): string[] {
  return Array.from(
    { length: 48 },
    (_, i) => `${String(Math.floor(i / 2)).padStart(2, "0")}:${i % 2 === 0 ? "00" : "30"}`,
  );
}

async function book(clinic: Clinic, date: LocalDate, time: string, patient = 1) {
  const { result } = await clinic.call("bookClinicAppointment", {
    patientName: `Patient ${patient}`,
    patientPhone: `+1555123${String(patient).padStart(4, "0")}`,
    appointmentDate: date,
    appointmentTime: time,
  });
  return result;
}

const PLACES: [
  timezone: string,
  skipped: string[],
  repeated: string[],
  winter: string,
  summer: string,
][] = [
  ["America/New_York", ["02:00", "02:30"], ["01:00", "01:30"], "-05:00", "-04:00"],
  ["Europe/London", ["01:00", "01:30"], ["01:00", "01:30"], "+00:00", "+01:00"],
];

for (const [timezone, skipped, repeated, winter, summer] of PLACES) {
  Deno.test(`in ${timezone} the day when clocks go forward has every local time but the skipped ones, once`, async () => {
    const clinic = await openAlways(timezone);
    const date = changeDay(timezone, 1);
    const { result } = await clinic.call("checkAvailability", { date });
    assert.deepEqual(freeTimes(result, 30), halfHours().filter((time) => !skipped.includes(time)));

    for (const time of skipped) {
      const refused = await book(clinic, date, time);
      assert.equal(refused.code, "no_such_time");
      assert.ok(Array.isArray(refused.alternatives) && refused.alternatives.length > 0);
    }
    assert.equal((await book(clinic, date, "00:30")).scheduledAt, `${date}T00:30:00${winter}`);
    assert.equal((await book(clinic, date, "03:00")).scheduledAt, `${date}T03:00:00${summer}`);
  });

  Deno.test(`in ${timezone} the last visit before the skipped hour ends after it, and takes half an hour`, async () => {
    const clinic = await openAlways(timezone);
    const date = changeDay(timezone, 1);
    const before = skipped[0] === "02:00" ? "01:45" : "00:45";
    const after = skipped[0] === "02:00" ? "03:00" : "02:00";
    await world.stack
      .sql`update booking_policies set slot_minutes = 15 where org_id = ${clinic.id}`;
    const booked = await book(clinic, date, before);
    const [row] = await world.stack.sql`
      select extract(epoch from ends_at - starts_at)::int as seconds from appointments
      where id = ${String(booked.appointmentId)}`;
    assert.equal(row?.seconds, 1800);
    // It lasts until 3:15 local time, so it takes 3:00.
    assert.equal((await book(clinic, date, after, 2)).code, "slot_taken");
  });

  Deno.test(`in ${timezone} the day when clocks go back has every local time once, the first of two`, async () => {
    const clinic = await openAlways(timezone);
    const date = changeDay(timezone, -1);
    const { result } = await clinic.call("checkAvailability", { date });
    assert.deepEqual(freeTimes(result, 30), halfHours());

    for (const [i, time] of repeated.entries()) {
      assert.equal((await book(clinic, date, time, i)).scheduledAt, `${date}T${time}:00${summer}`);
      assert.equal((await book(clinic, date, time, i + 10)).code, "slot_taken");
    }
    assert.equal((await book(clinic, date, "02:00", 20)).scheduledAt, `${date}T02:00:00${winter}`);
    const left = freeTimes((await clinic.call("checkAvailability", { date })).result, 30);
    assert.deepEqual(left, halfHours().filter((time) => ![...repeated, "02:00"].includes(time)));
  });
}

Deno.test("a night shift goes on past midnight, also into the night when clocks change", async () => {
  const clinic = await openAlways("America/New_York");
  const { sql } = world.stack;
  await sql`delete from business_hours where org_id = ${clinic.id}`;
  await sql`
    insert into business_hours (org_id, weekday, opens, closes) values
      (${clinic.id}, 6, '22:00', '24:00'), (${clinic.id}, 7, '00:00', '04:00')`;
  await sql`update services set duration_minutes = 60 where org_id = ${clinic.id}`;
  const sunday = changeDay("America/New_York", 1);
  const saturday = addDays(sunday, -1);
  const slots = async (date: LocalDate) =>
    freeTimes((await clinic.call("checkAvailability", { date })).result, 30);
  // 23:30 extends into Sunday; the Sunday has 00:00 to 04:00 without the hour from 2 to 3.
  assert.deepEqual(await slots(saturday), ["22:00", "22:30", "23:00", "23:30"]);
  assert.deepEqual(await slots(sunday), ["00:00", "00:30", "01:00", "01:30", "03:00"]);
});

/** What a tool is asked for at a time; `move` has a visit at noon of that day to begin with. */
const DEEDS: Record<string, (clinic: Clinic, date: LocalDate, time: string) => Promise<Answer>> = {
  check: (clinic, date, time) => clinic.call("checkAvailability", { date, time }),
  hold: (clinic, date, time) => clinic.call("reserveSlot", { date, time }),
  reserve: (clinic, date, time) =>
    clinic.call("reserveAppointment", {
      ...PATIENT,
      appointmentDate: date,
      appointmentTime: time,
    }),
  book: (clinic, date, time) =>
    clinic.call("bookClinicAppointment", {
      ...PATIENT,
      appointmentDate: `${date} ${time}`,
      appointmentTime: time,
    }),
  move: async (clinic, date, time) => {
    assert.equal((await book(clinic, date, "12:00")).success, true);
    const own = { newDate: date, newTime: time, currentDate: date };
    return await clinic.call("rescheduleAppointment", own, { number: "+15551230001" });
  },
};

const PATIENT = { patientName: "Ann Roe", patientPhone: "+12025550142" };

const CHANGES: {
  timezone: string;
  jump: 1 | 0.5;
  skipped: string;
  repeated: string;
  summer: string;
}[] = [
  {
    timezone: "America/New_York",
    jump: 1,
    skipped: "02:30",
    repeated: "01:30",
    summer: "-04:00",
  },
  // Its clocks change by half an hour only: 2:00 to 2:30 is skipped, 1:30 to 2:00 comes twice.
  {
    timezone: "Australia/Lord_Howe",
    jump: 0.5,
    skipped: "02:00",
    repeated: "01:30",
    summer: "+11:00",
  },
];

/** With its offset a model can name the second of two, at which no visit begins. */
Deno.test("the second of two equal times is asked about, and never taken for the first", async () => {
  const clinic = await openAlways("America/New_York");
  const date = changeDay("America/New_York", -1);
  const { error } = await clinic.call("bookClinicAppointment", {
    ...PATIENT,
    appointmentDate: `${date}T01:30:00-05:00`,
  });
  assert.match(error ?? "", /^I need the time of day/);
  const second = await clinic.call("bookClinicAppointment", {
    ...PATIENT,
    appointmentDate: date,
    appointmentTime: `${date}T06:30:00Z`,
  });
  assert.match(second.error ?? "", /^I need the time of day/);
  const first = await clinic.call("bookClinicAppointment", {
    ...PATIENT,
    appointmentDate: `${date}T05:30:00Z`,
  });
  assert.equal(first.result.scheduledAt, `${date}T01:30:00-04:00`);
});

for (const { timezone, jump, skipped, repeated, summer } of CHANGES) {
  Deno.test(`in ${timezone} no tool takes a time that is skipped, and each the first of one that comes twice`, async () => {
    const [forward, back] = [
      changeDay(timezone, jump),
      changeDay(timezone, jump === 1 ? -1 : -0.5),
    ];
    for (const [deed, ask] of Object.entries(DEEDS)) {
      const clinic = await openAlways(timezone);
      const { result: none } = await ask(clinic, forward, skipped);
      assert.equal(deed === "check" ? none.available : none.success, false, deed);
      assert.match(String(none.message), /^The clocks change that night: /, deed);
      assert.ok(Array.isArray(none.alternatives) && none.alternatives.length > 0, deed);

      const { result: first } = await ask(clinic, back, repeated);
      const [taken, wanted] = deed === "check"
        ? [first.available, true]
        : [first.scheduledAt, `${back}T${repeated}:00${summer}`];
      assert.equal(taken, wanted, `${deed}: ${first.message}`);
      const rows = await world.stack.sql<{ local: string }[]>`
        select to_char(starts_at at time zone ${timezone}, 'YYYY-MM-DD HH24:MI') as local
        from appointments where org_id = ${clinic.id} order by 1`;
      const left = deed === "move"
        ? [`${forward} 12:00`, `${back} ${repeated}`]
        : [`${back} ${repeated}`];
      assert.deepEqual(rows.map(({ local }) => local), deed === "check" ? [] : left.sort(), deed);
    }
  });
}
