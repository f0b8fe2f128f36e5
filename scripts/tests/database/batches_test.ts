/** Work that concerns every agent is requested some thousands at a time, and continues where it stopped. */
import assert from "node:assert/strict";
import type { Sql } from "postgres";
import { type OpenDatabase, openDatabase } from "../../schema/with_database.ts";

const AGENTS = 5_300;

let open: OpenDatabase & { close(): Promise<void> };
Deno.test.beforeAll(async () => {
  open = await openDatabase();
  await open.sql`
    insert into organizations (name, timezone, country)
    select 'Clinic ' || n, 'Europe/London', 'GB' from generate_series(1, 5) n`;
  await open.sql`
    insert into agents (org_id, name, role, system_prompt, assistant_id, synced_at)
    select org.id, 'Agent ' || n, 'inbound', 'Hello', 'assistant-' || n, now()
    from generate_series(1, ${AGENTS}::integer) n
    join (select id, row_number() over (order by id) - 1 as number from organizations) org on org.number = n % 5`;
});
Deno.test.afterAll(() => open.close());

async function count(sql: Sql, table: string): Promise<number> {
  const [row] = await sql<{ count: number }[]>`select count(*)::integer from ${sql(table)}`;
  assert.ok(row);
  return row.count;
}

Deno.test("relink_agents() asks for thousands at once, and go_on_relinking() for the rest", async () => {
  const { sql } = open;
  await sql`select private.relink_agents('first')`;
  assert.equal(await count(sql, "jobs"), 5_000);
  // Something has changed again: agents that were already requested are requested again.
  await sql`delete from jobs`;
  await sql`select private.relink_agents('second')`;
  for (let time = 0; time < 2; time++) await sql`select private.go_on_relinking()`;
  assert.equal(await count(sql, "jobs"), AGENTS);
  const [row] = await sql<
    { asked: string[] }[]
  >`select array_agg(distinct request_id) as asked from jobs`;
  assert.deepEqual(row?.asked, ["second"]);
});

Deno.test("start_backfill() takes in and asks for thousands at once, and is not over before the last of them", async () => {
  const { sql } = open;
  await sql`delete from jobs`;
  const [started] = await sql<{ run: { runId: string; agents: number } }[]>`
    select start_backfill() as run`;
  assert.ok(started);
  const { runId, agents } = started.run;
  assert.equal(agents, AGENTS);

  const report = async () => {
    const [row] = await sql<{ status: string; total: number; migrated: number }[]>`
      select report ->> 'status' as status, (report #>> '{agents,total}')::integer as total, (report #>> '{agents,migrated}')::integer as migrated
      from backfill_report(${runId}, true) report`;
    return { ...row };
  };
  const settleAll = async () => {
    await sql`update backfill_agents set outcome = 'migrated' where outcome is null`;
    await sql`select private.close_backfills()`;
  };
  await settleAll();
  assert.deepEqual(await report(), { status: "running", total: AGENTS, migrated: 5_000 });

  await sql`select private.go_on_with_backfills()`;
  assert.equal(await count(sql, "jobs"), AGENTS);
  assert.equal(await count(sql, "backfill_agents"), AGENTS);
  await settleAll();
  assert.deepEqual(await report(), { status: "running", total: AGENTS, migrated: AGENTS });
  const [closing] = await sql`select from jobs where key = ${`backfill:${runId}`}`;
  assert.ok(closing, "duplicates are looked for once every agent is settled");
});
