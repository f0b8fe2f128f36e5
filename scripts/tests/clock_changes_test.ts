/** Periods whose edges fall on clock changes: every zone that Postgres knows, every change of five years. */
import assert from "node:assert/strict";
import { changeDay } from "./support/change_day.ts";
import { clinics } from "./support/clinic.ts";
import { freeTimes } from "./support/free_times.ts";

const world = clinics();

Deno.test("a period holds exactly the local times between its edges, in every zone, around every change of 2026 to 2030", async () => {
  // One connection, as its tables are its own.
  const sql = await world.stack.sql.reserve();
  try {
    await sql`
    create temporary table changes as
    with zones as (
      -- The same rules under several names are tried once.
      select min(name) as zone from pg_timezone_names
      where name ~ '^[A-Z]' and name !~ '^(Etc|SystemV)/'
      group by (select string_agg((day at time zone name - day at time zone 'UTC')::text, ',' order by day)
                from generate_series(timestamptz '2026-01-01', '2031-01-01', interval '7 days') day)
    ), days as (
      select zone, day, day at time zone zone - day at time zone 'UTC' as before,
        (day + interval '1 day') at time zone zone - (day + interval '1 day') at time zone 'UTC' as after
      from zones, generate_series(timestamptz '2026-01-01', '2030-12-31', interval '1 day') day
    )
    select zone, before, after, (
      select min(at) from generate_series(day, day + interval '1 day', interval '1 minute') at
      where at at time zone zone - at at time zone 'UTC' = after) as at
    from days where before <> after`;
    const [count] = await sql<{ forward: number; back: number }[]>`
    select count(*) filter (where after > before)::int as forward, count(*) filter (where after < before)::int as back
    from changes`;
    assert.ok(count && count.forward > 100 && count.back > 100, "zones with changes were found");

    await sql`
    create temporary table times as
    select zone, at, local, private.instant_of(local, zone) as instant, private.edge_of(local, zone) as edge
    from changes, lateral (
      select at at time zone 'UTC' + least(before, after) as skipped_or_repeated,
             at at time zone 'UTC' + greatest(before, after) as until) as wall,
    generate_series(skipped_or_repeated - interval '1 hour', until + interval '1 hour', interval '15 minutes') local`;
    const wrong = await sql`
    select begins.zone, begins.local as begins, ends.local as ends, inner_time.local
    from times begins join times ends using (zone, at) join times inner_time using (zone, at)
    where begins.local < ends.local and (begins.edge > ends.edge or (
      inner_time.instant is not null and (inner_time.local >= begins.local and inner_time.local < ends.local)
        is distinct from (inner_time.instant >= begins.edge and inner_time.instant < ends.edge)))
    limit 5`;
    assert.deepEqual([...wrong], []);
  } finally {
    await sql`drop table if exists times, changes`;
    sql.release();
  }
});

Deno.test("a closure or an opening within the hour that is skipped disturbs no answer", async () => {
  const clinic = await world.open();
  const { sql } = world.stack;
  const date = changeDay("America/New_York", 1);
  await sql`update booking_policies set horizon_days = 500 where org_id = ${clinic.id}`;
  await sql`delete from business_hours where org_id = ${clinic.id}`;
  await sql`
    insert into business_hours (org_id, weekday, opens, closes) values
      (${clinic.id}, 7, '00:00', '01:45'), (${clinic.id}, 7, '02:15', '04:00')`;
  await sql`
    insert into closures (org_id, first_day, last_day, starts, ends)
    values (${clinic.id}, ${date}, ${date}, '02:30', '03:00')`;
  const { result } = await clinic.call("checkAvailability", { date });
  assert.deepEqual(freeTimes(result), [
    "00:00",
    "00:15",
    "00:30",
    "00:45",
    "01:00",
    "01:15",
    "03:00",
    "03:15",
    "03:30",
  ]);
});
