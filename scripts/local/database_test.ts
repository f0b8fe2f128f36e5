import assert from "node:assert/strict";
import postgres from "postgres";
import { createDatabase, type Database } from "./database.ts";
import type { Migration } from "./migrations.ts";
import { withSql } from "./sql.ts";
import { withPostgres } from "../tests/support/with_stack.ts";

const migration = (version: string, text: string): Migration => ({
  version,
  name: "test",
  file: `${version}_test.sql`,
  text,
});

const migrations = [
  migration(
    "10",
    `create extension if not exists pg_net with schema extensions;
     create extension if not exists pg_cron;
     create extension if not exists supabase_vault;
     create extension if not exists btree_gist with schema extensions;
     select cron.schedule('job', '1 second', 'select 1');`,
  ),
  migration("20", "create table public.notes (body text)"),
];

function query(
  database: Database,
  role: Parameters<Database["url"]>[0],
  text: string,
): Promise<Record<string, unknown>[]> {
  return withSql(
    database.url(role),
    async (sql) => [...await sql.unsafe(text)].map((row) => ({ ...row })),
  );
}

Deno.test("createDatabase()", async (t) => {
  await withPostgres(async (server) => {
    const [first, second] = await Promise.all([
      createDatabase(server, migrations),
      createDatabase(server, migrations),
    ]);

    await t.step(
      "migrations run unchanged, as a role that is no superuser, and are recorded",
      async () => {
        const [role] = await query(
          first,
          "postgres",
          "select current_user, usesuper from pg_user where usename = current_user",
        );
        assert.deepEqual(role, { current_user: "postgres", usesuper: false });
        const text =
          "select version, name from supabase_migrations.schema_migrations order by version";
        assert.deepEqual(await query(first, "postgres", text), [
          { version: "10", name: "test" },
          { version: "20", name: "test" },
        ]);
      },
    );

    await t.step(
      "two databases made at the same moment share one template and nothing else",
      async () => {
        await query(first, "postgres", "insert into public.notes values ('mine')");
        assert.deepEqual(await query(second, "postgres", "select * from public.notes"), []);
        // A copy keeps the ids of its template's tables; a server never gives one twice.
        const text = "select 'public.notes'::regclass::oid::text as id";
        assert.deepEqual(
          await query(first, "postgres", text),
          await query(second, "postgres", text),
        );
      },
    );

    await t.step("scheduled jobs belong to the copy, not to the template", async () => {
      const text = "select database = current_database() as here from cron.job";
      assert.deepEqual(await query(first, "supabase_admin", text), [{ here: true }]);
    });

    await t.step(
      "API roles get all that a migration doesn't revoke, as in an older project",
      async () => {
        const text = `
        select has_table_privilege(role, 'public.notes', 'select') as may
        from unnest(array['anon', 'authenticated', 'service_role']) as role`;
        assert.deepEqual(await query(first, "postgres", text), [
          { may: true },
          { may: true },
          { may: true },
        ]);
      },
    );

    await t.step("drop() removes it in spite of open connections", async () => {
      const sql = postgres(first.url("postgres"), { max: 1, onnotice: () => {} });
      await sql`select 1`;
      await first.drop();
      await sql.end();
      const text = `select from pg_database where datname = '${first.name}'`;
      assert.deepEqual(await query(second, "postgres", text), []);
    });

    await second.drop();
  });
});
