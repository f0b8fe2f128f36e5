import { deepEqual, equal, rejects } from "node:assert/strict";
import type { Sql } from "postgres";
import { openDatabase, type OpenedDatabase } from "../../../schema/with_database.ts";
import { type ActorName, actors } from "./actors.ts";
import { attemptVerb, mayExecute } from "./attempt.ts";
import { readRelations, readRoutines } from "./catalog.ts";
import type { Outcome } from "./expected.ts";
import type { Verb } from "./matrix.ts";
import { insertSamples } from "./sample_rows.ts";

let db: OpenedDatabase;
let notes: Awaited<ReturnType<typeof prepare>>;
Deno.test.beforeAll(async () => {
  db = await openDatabase({ migrations: [] });
  notes = await prepare(db.sql);
});
Deno.test.afterAll(() => db.close());

const schema = `
  alter default privileges in schema public revoke all on tables from anon, authenticated, service_role;
  alter default privileges in schema public revoke all on functions from anon, authenticated, service_role;
  create schema private;
  create table public.platform_operators (user_id uuid primary key);
  create table public.members (org_id uuid not null, user_id uuid not null, role text not null);
  create function private.my_orgs() returns setof uuid language sql security definer set search_path = ''
    as $$ select org_id from public.members where user_id = (select auth.uid()) $$;
  create table public.notes (id uuid primary key default gen_random_uuid(), org_id uuid, text text not null);
  alter table public.notes enable row level security;
  grant select, insert, update, delete on public.notes to service_role;
  grant usage on schema private to authenticated;
`;

/** A change to the table, and the expected result of an actor's statement. */
const cases: { change: string; actor: ActorName; verb: Verb; outcome: Outcome }[] = [
  { change: "", actor: "member of A", verb: "select", outcome: "refused" },
  { change: "", actor: "service", verb: "insert", outcome: "all" },
  { change: "", actor: "service", verb: "update", outcome: "all" },
  { change: "", actor: "service", verb: "delete", outcome: "all" },
  {
    change: "grant select on public.notes to authenticated",
    actor: "member of A",
    verb: "select",
    outcome: "none",
  },
  {
    change: `grant select on public.notes to authenticated;
      alter table public.notes disable row level security`,
    actor: "removed member",
    verb: "select",
    outcome: "all",
  },
  ...(["select", "update", "delete", "insert"] as const).map((verb) => ({
    change: `grant all on public.notes to authenticated;
      create policy own on public.notes for all using (org_id in (select private.my_orgs()))`,
    actor: "member of B" as const,
    verb,
    outcome: "own" as const,
  })),
  {
    change: `grant select, insert on public.notes to authenticated;
      create policy anything on public.notes for insert with check (true)`,
    actor: "member of A",
    verb: "insert",
    outcome: "all",
  },
  {
    change: `grant select (org_id), update (text), select (text) on public.notes to anon;
      create policy anything on public.notes using (true)`,
    actor: "anon",
    verb: "update",
    outcome: "all",
  },
  {
    change:
      "grant delete on public.notes to anon; create policy everything on public.notes using (true)",
    actor: "anon",
    verb: "delete",
    outcome: "all",
  },
];

Deno.test("attemptVerb() sees what an actor can really do", async (test) => {
  const { sql } = db;
  for (const { change, actor, verb, outcome } of cases) {
    await test.step(`${actor}, ${verb}: ${outcome} after "${change.slice(0, 40)}"`, async () => {
      equal(
        await withChange(sql, change, () => attemptVerb(sql, actors[actor], notes, verb)),
        outcome,
      );
    });
  }
});

Deno.test("attemptVerb() reports rows that are neither all nor one's own", async () => {
  const { sql } = db;
  const change = `grant select on public.notes to authenticated;
      create policy others on public.notes using (org_id not in (select private.my_orgs()))`;
  await rejects(
    withChange(sql, change, () => attemptVerb(sql, actors["member of A"], notes, "select")),
    /^Error: notes: rows of b were met$/,
  );
});

Deno.test("mayExecute() tells a refusal from a function that fails", async () => {
  const { sql } = db;
  await sql.unsafe(`
      create function public.fails(p_id uuid) returns void language plpgsql as 'begin raise exception $$no$$; end';
      revoke execute on function public.fails(uuid) from public, anon, authenticated;
      grant execute on function public.fails(uuid) to service_role`);
  const [fails] = await readRoutines(sql, "public");
  if (!fails) throw new Error("The function was not found");
  deepEqual(
    [
      await mayExecute(sql, actors["service"], fails),
      await mayExecute(sql, actors["member of A"], fails),
      await mayExecute(sql, actors["anon"], fails),
    ],
    [true, false, false],
  );
});

async function prepare(sql: Sql) {
  await sql.unsafe(schema);
  const tables = await readRelations(sql);
  await insertSamples(sql, tables);
  const notes = tables.find(({ name }) => name === "notes");
  if (!notes) throw new Error("The table was not found");
  return notes;
}

/** Each attempt begins a transaction of its own, so the change is committed and then undone. */
async function withChange<T>(sql: Sql, change: string, work: () => Promise<T>): Promise<T> {
  await sql.unsafe(change);
  try {
    return await work();
  } finally {
    await sql.unsafe(`
      revoke all on public.notes from anon, authenticated;
      alter table public.notes enable row level security;
      drop policy if exists own on public.notes;
      drop policy if exists others on public.notes;
      drop policy if exists anything on public.notes;
      drop policy if exists everything on public.notes`);
  }
}
