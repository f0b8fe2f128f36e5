import { deepEqual, equal } from "node:assert/strict";
import type { Sql } from "postgres";
import { withDatabase } from "../schema/with_database.ts";
import { advise, advisorNames, consult } from "./advise.ts";

/** A schema without any fault. On hosted projects, new tables are open to the API's roles: here only explicit grants count. */
const sound = `
  alter default privileges in schema public revoke all on tables from anon, authenticated;
  alter default privileges in schema public revoke all on functions from anon, authenticated;
  create schema private;
  create function private.set_updated_at() returns trigger language plpgsql set search_path = ''
    as $$ begin new.updated_at := now(); return new; end $$;
  comment on function private.set_updated_at() is 'Trigger.';
  create function private.my_ids() returns setof uuid language sql set search_path = ''
    as $$ select auth.uid() $$;
  comment on function private.my_ids() is 'Ids.';
  revoke execute on all functions in schema private from public;
  create table public.parents (id uuid primary key, owner uuid, updated_at timestamptz);
  comment on table public.parents is 'Parents.';
  create trigger touch before update on public.parents for each row execute function private.set_updated_at();
  alter table public.parents enable row level security;
  create policy "own" on public.parents for select to authenticated
    using (owner = (select auth.uid()) or id = any (array(select private.my_ids())));
  grant select on public.parents to authenticated;
  create table public.children (id uuid primary key, parent_id uuid references public.parents, aunt_id uuid references public.parents);
  comment on table public.children is 'Children.';
  create index children_parent_id on public.children (parent_id, id);
  create index children_aunt_id on public.children (aunt_id) where aunt_id is not null;
  alter table public.children enable row level security;
  create policy "server" on public.children for select to service_role using (parent_id is not null);
  create view public.names with (security_invoker = true) as select id from public.parents;
  comment on view public.names is 'Names.';
`;

/** For each advisor: what breaks its rule, and the objects that it should then name. */
const broken: Record<string, { change: string; objects: string[] }[]> = {
  auth_users_exposed: [{
    change:
      "create view public.people as select id, email from auth.users; grant select (id) on public.people to anon",
    objects: ["public.people"],
  }],
  definer_function_executable: [{
    change:
      `create function public.all_rows() returns bigint language sql security definer set search_path = ''
      as 'select count(*) from public.parents'`,
    objects: ["public.all_rows()"],
  }],
  definer_view: [
    {
      change: "create view public.everything as select * from public.parents",
      objects: ["public.everything"],
    },
    {
      change: "alter view public.names set (security_invoker = false)",
      objects: ["public.names"],
    },
  ],
  duplicate_index: [{
    change: "create index again on public.children (parent_id, id)",
    objects: ["public.children: public.again, public.children_parent_id"],
  }],
  extension_in_public: [{ change: "create extension btree_gist", objects: ["btree_gist"] }],
  missing_comment: [
    { change: "comment on table public.parents is null", objects: ["table public.parents"] },
    { change: "comment on view public.names is null", objects: ["view public.names"] },
    {
      change: "comment on function private.set_updated_at() is null",
      objects: ["function private.set_updated_at()"],
    },
  ],
  multiple_permissive_policies: [{
    change: `create policy "also" on public.parents for all using (owner is null)`,
    objects: ["public.parents: select for authenticated"],
  }],
  mutable_search_path: [
    {
      change: "alter function private.set_updated_at() reset search_path",
      objects: ["private.set_updated_at()"],
    },
    {
      change: "alter function private.set_updated_at() set search_path = public",
      objects: ["private.set_updated_at()"],
    },
  ],
  no_primary_key: [{
    change: "alter table public.children drop constraint children_pkey",
    objects: ["public.children"],
  }],
  policy_always_true: [
    {
      change: `create policy "all" on public.children for select to anon using (true)`,
      objects: ["public.children: policy all"],
    },
    {
      change: `create policy "any" on public.children for insert with check (1 = 1)`,
      objects: ["public.children: policy any"],
    },
  ],
  policy_reads_user_metadata: [{
    change: `create policy "staff" on public.children for select to authenticated
      using ((select auth.jwt()) -> 'user_metadata' ->> 'role' = 'staff')`,
    objects: ["public.children: policy staff"],
  }],
  policy_true_without_user: [{
    change: `create policy "odd" on public.children for select to authenticated
      using (auth.uid() is null or parent_id = auth.uid())`,
    objects: ["public.children: policy odd"],
  }],
  policy_scans_by_set: [{
    change: `create policy "slow" on public.children for update to authenticated
      using (parent_id in (select private.my_ids()))`,
    objects: ["slow on public.children"],
  }],
  policy_without_rls: [{
    change: "alter table public.parents disable row level security",
    objects: ["public.parents: policy own"],
  }],
  rls_disabled: [{
    change: "alter table public.children disable row level security",
    objects: ["public.children"],
  }],
  rls_enabled_no_policy: [{
    change: `drop policy "server" on public.children`,
    objects: ["public.children"],
  }],
  rls_initplan: [
    {
      change:
        `create policy "slow" on public.children for select to authenticated using (id = auth.uid())`,
      objects: ["public.children: policy slow"],
    },
    {
      change: `create function private.mine(id uuid) returns boolean language sql as 'select true';
        create policy "slow" on public.children for select to authenticated using ((select private.mine(id)))`,
      objects: ["public.children: policy slow"],
    },
    {
      change: `create policy "slow" on public.children for select to authenticated
        using (id::text = current_setting('app.id'))`,
      objects: ["public.children: policy slow"],
    },
  ],
  rls_without_policy: [
    {
      change: "grant select on public.children to authenticated",
      objects: ["public.children for authenticated"],
    },
    {
      change: "grant update (parent_id) on public.children to anon",
      objects: ["public.children for anon"],
    },
  ],
  unindexed_foreign_key: [
    {
      change: "drop index public.children_parent_id",
      objects: ["public.children: children_parent_id_fkey"],
    },
    {
      change: `drop index public.children_aunt_id;
        create index on public.children (aunt_id) where aunt_id <> id`,
      objects: ["public.children: children_aunt_id_fkey"],
    },
  ],
  unprotected_relation_in_api: [{
    change:
      "create materialized view public.copy as select * from public.parents; grant select on public.copy to anon",
    objects: ["public.copy"],
  }],
  untouched_updated_at: [{
    change: "drop trigger touch on public.parents",
    objects: ["public.parents"],
  }],
};

Deno.test("consult() finds what breaks each advisor's rule, and nothing in a sound schema", async (test) => {
  await withDatabase(async ({ sql }) => {
    await sql.unsafe(sound);
    for (const advisor of await advisorNames()) {
      await test.step(advisor, async () => {
        deepEqual(await consult(sql, advisor), []);
        const cases = broken[advisor] ?? [];
        equal(cases.length > 0, true, `add a case that breaks ${advisor}`);
        for (const { change, objects } of cases) {
          await undone(sql, change, async () => {
            deepEqual((await consult(sql, advisor)).map(({ object }) => object), objects);
          });
        }
      });
    }
    await test.step("advise() leaves out exceptions, and reports one that nothing needs any more", () =>
      undone(sql, "drop trigger touch on public.parents", async () => {
        const exception = { advisor: "untouched_updated_at", object: "public.parents", reason: "" };
        deepEqual(await advise(sql, [exception]), []);
        await sql`drop table public.parents cascade`;
        deepEqual(
          (await advise(sql, [exception])).map(({ object, advice }) => `${object}: ${advice}`),
          [
            "public.parents: remove the exception from scripts/check/allowed.ts: nothing needs it",
          ],
        );
      }));
  }, { migrations: [] });
});

async function undone(sql: Sql, change: string, work: () => Promise<void>): Promise<void> {
  await sql`set search_path = public`;
  await sql`begin`;
  try {
    await sql.unsafe(change);
    await work();
  } finally {
    await sql`rollback`;
  }
}
