/** Local times in every kind of place, compared with the moments at which its clocks show that time. */
import assert from "node:assert/strict";
import { openDatabase, type OpenedDatabase } from "../schema/with_database.ts";

let db: OpenedDatabase;
Deno.test.beforeAll(async () => {
  db = await openDatabase();
});
Deno.test.afterAll(() => db.close());

const PLACES: [timezone: string, why: string][] = [
  ["America/New_York", "an hour at 2:00"],
  ["Europe/London", "an hour at 1:00"],
  ["America/St_Johns", "half an hour off the full hour"],
  ["Australia/Lord_Howe", "half an hour only"],
  ["Antarctica/Troll", "two hours"],
  ["Africa/Casablanca", "back and forth around Ramadan"],
  ["Asia/Kolkata", "never"],
];

for (const [timezone, why] of PLACES) {
  Deno.test(`instant_of() is the first moment that clocks in ${timezone} show a time, null if none does (they change: ${why})`, async () => {
    const wrong = await db.sql`
      with moments as (
        select moment, moment at time zone ${timezone} as local
        from generate_series(timestamptz '2026-12-01', timestamptz '2028-12-01', interval '15 minutes') moment
      ), shown as (
        select local, min(moment) as first from moments group by local
      ), times as (
        select local from generate_series(timestamp '2026-12-03', timestamp '2028-11-28', interval '15 minutes') local
      )
      select local, first, private.instant_of(local, ${timezone}) as said
      from times left join shown using (local)
      where private.instant_of(local, ${timezone}) is distinct from first`;
    assert.deepEqual(wrong.slice(0, 3), []);
  });
}

Deno.test("iso_local() writes the offset of that place at that moment", async () => {
  const rows = await db.sql<{ said: string }[]>`
    select private.iso_local(moment, zone) as said from (values
      (timestamptz '2026-07-01 12:00Z', 'America/New_York'), ('2026-12-01 12:00Z', 'America/New_York'),
      ('2026-07-01 12:00Z', 'Asia/Kathmandu'), ('2026-07-01 12:00Z', 'UTC')) as given (moment, zone)`;
  assert.deepEqual(rows.map(({ said }) => said), [
    "2026-07-01T08:00:00-04:00",
    "2026-12-01T07:00:00-05:00",
    "2026-07-01T17:45:00+05:45",
    "2026-07-01T12:00:00+00:00",
  ]);
});

Deno.test("say_when() is for the ear", async () => {
  const rows = await db.sql<{ said: string }[]>`
    select private.say_when(local) as said from (values
      (timestamp '2026-11-24 14:00'), ('2026-11-24 09:05'), ('2026-11-24 00:30'), ('2026-11-24 12:00')) as given (local)`;
  assert.deepEqual(rows.map(({ said }) => said), [
    "Tuesday, November 24 at 2 PM",
    "Tuesday, November 24 at 9:05 AM",
    "Tuesday, November 24 at 12:30 AM",
    "Tuesday, November 24 at 12 PM",
  ]);
});
