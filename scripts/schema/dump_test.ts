import { equal, ok, rejects } from "node:assert/strict";
import postgres from "postgres";
import { dumpSchema } from "./dump.ts";
import { withDatabase } from "./with_database.ts";

/** Features that the migrations do not use (yet), to show that the dump renders them. */
const rareObjects = `
  create function private.is_short(value text) returns boolean
    language sql immutable set search_path = '' as $$ select length(value) < 9 $$;
  create unlogged table public.odds (
    id bigint generated always as identity primary key,
    label text collate "C" not null default 'it''s' check (private.is_short(label)),
    twice text generated always as (label || label) stored,
    tags text[] not null default '{}',
    parent bigint references public.odds on delete set null deferrable initially deferred,
    unique nulls not distinct (label, parent)
  ) with (fillfactor = 70);
  comment on table public.odds is 'Has a quote: ''.';
  comment on constraint odds_label_check on public.odds is 'Why.';
  create index odds_short on public.odds (lower(label) desc nulls last) where private.is_short(label);
  alter table public.odds enable row level security;
  alter table public.odds force row level security;
  create policy "quoted ""name""" on public.odds as restrictive for update
    using (label = 'a') with check (label = 'b');
  comment on policy "quoted ""name""" on public.odds is 'Restrictive.';
  grant select (id, label), update (label) on public.odds to anon, authenticated;
  create function private.label_of(odd public.odds, others public.odds[]) returns text
    language sql stable security definer set search_path = '' as $$ select odd.label $$;
  create procedure public.tidy(inout done integer default 0)
    language plpgsql set search_path = '' as $$ begin done := 1; end $$;
  comment on procedure public.tidy(integer) is 'A procedure.';
  grant execute on procedure public.tidy(integer) to public;
  create trigger quiet before insert on public.odds for each row execute function private.set_updated_at();
  alter table public.odds disable trigger quiet;
  create view public.labels with (security_invoker = true, security_barrier = true) as
    select id, private.label_of(odds, '{}') as label from public.odds;
  comment on column public.labels.label is 'A view''s column.';
  create view public.all_labels with (security_invoker = true) as select * from public.labels;
  alter default privileges in schema private grant select on tables to service_role;
`;

/** Searched for in the dump, because a round trip cannot show what both dumps lack alike. */
const renderings = [
  "create unlogged table public.odds (\n  id bigint not null generated always as identity,\n",
  `  label text collate "C" not null default 'it''s'::text,\n`,
  "  twice text generated always as ((label || label)) stored,\n",
  ") with (fillfactor=70);",
  "grant select (id, label), update (label) on public.odds to anon;",
  "STABLE SECURITY DEFINER",
  "with (security_invoker=true, security_barrier=true)",
  "alter table public.odds disable trigger quiet;",
  `comment on policy "quoted ""name""" on public.odds is 'Restrictive.';`,
];

Deno.test("dumpSchema() is complete: run on an empty project, it makes the same schema again", async (test) => {
  const dump = await withDatabase(async ({ database, sql }) => {
    await runAsMigrations(database.url("postgres"), rareObjects);
    const dump = await dumpSchema(sql);
    await test.step("it refuses a kind of object that it can't render", async () => {
      await runAsMigrations(
        database.url("postgres"),
        "create type public.mood as enum ('good', 'bad'); create sequence public.numbers",
      );
      await rejects(
        dumpSchema(sql),
        /^Error: Cannot dump enum public\.mood, sequence public\.numbers: add this kind/,
      );
    });
    return dump;
  });
  for (const line of renderings) ok(dump.includes(line), `The dump lacks: ${line}`);
  const again = await withDatabase(async ({ database, sql }) => {
    await runAsMigrations(database.url("postgres"), dump);
    return await dumpSchema(sql);
  }, { migrations: [] });
  equal(again, dump);
});

async function runAsMigrations(url: string, text: string): Promise<void> {
  const sql = postgres(url, { max: 1, onnotice: () => {} });
  try {
    await sql.unsafe(text);
  } finally {
    await sql.end();
  }
}
