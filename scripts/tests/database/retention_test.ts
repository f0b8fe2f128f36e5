import { deepEqual, equal } from "node:assert/strict";
import { openDatabase, type OpenedDatabase } from "../../schema/with_database.ts";

let db: OpenedDatabase;
Deno.test.beforeAll(async () => void (db = await openDatabase()));
Deno.test.afterAll(() => db.close());

Deno.test("private.forget() deletes in batches until nothing is left that meets the condition", async () => {
  const { sql } = db;
  await sql`
      insert into public.jobs (queue, key, status, finished_at)
      select 'outbox', 'old:' || n, 'succeeded', now() - interval '31 days' from generate_series(1, 45) n
      union all
      select 'outbox', 'new:' || n, 'succeeded', now() - interval '29 days' from generate_series(1, 5) n`;
  const [gone] = await sql`
      select private.forget('public.jobs', $$finished_at < now() - interval '30 days'$$, 20)::int as rows`;
  equal(gone?.rows, 45);
  const left =
    await sql`select distinct split_part(key, ':', 1) as age from public.jobs where key ~ ':'`;
  deepEqual(left.map(({ age }) => age), ["new"]);
});

Deno.test("private.is_timezone() takes every place's zone and nothing else that Postgres can read", async () => {
  const { sql } = db;
  const zones = Intl.supportedValuesOf("timeZone").filter((name) => name.includes("/"));
  const refused = await sql`
      select name from unnest(${zones}::text[]) name where not private.is_timezone(name)`;
  deepEqual(refused.map(({ name }) => name), []);
  const odd = ["EST", "UTC+3", "<x>5", "", "Europe/Nowhere", "posixrules", "utc"];
  const taken = await sql`
      select name from unnest(${odd}::text[]) name where private.is_timezone(name)`;
  deepEqual(taken.map(({ name }) => name), []);
});
