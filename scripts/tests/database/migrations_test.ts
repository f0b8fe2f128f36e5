/** Migrations: from nothing, twice, concurrently, and from the state that each earlier release left. */

import { deepEqual, equal, rejects } from "node:assert/strict";
import type { Sql } from "postgres";
import { applyMigrations, type Migration, readMigrations } from "../../local/migrations.ts";
import { diffSummary } from "../../schema/diff_summary.ts";
import { dumpSchema } from "../../schema/dump.ts";
import { type OpenDatabase, withDatabase } from "../../schema/with_database.ts";
import { isLong } from "../support/amount.ts";
import { shareServer } from "../support/share_server.ts";

shareServer();

const migrations = await readMigrations();
const fromNothing = { migrations: [] };

Deno.test("migrations have distinct versions and names that say what they are about", () => {
  const versions = migrations.map(({ version }) => version);
  deepEqual(versions, [...new Set(versions)]);
  deepEqual(migrations.filter(({ file }) => !/^\d{14}_[a-z][a-z0-9_]*\.sql$/.test(file)), []);
});

Deno.test("migrations applied by several at a time, and then once more", async (test) => {
  const expected = await finalSchema();
  await withDatabase(async (open) => {
    const once = async () => {
      equal(await dumpSchema(open.sql), expected);
      deepEqual((await recorded(open.sql)).map(({ version }) => version), versionsOf(migrations));
    };
    await test.step("end as if by one", async () => {
      await Promise.all([1, 2, 3].map(() => migrate(open, migrations)));
      await once();
    });
    await test.step("change nothing the second time, and are recorded once each", async () => {
      const before = await recorded(open.sql);
      await migrate(open, migrations);
      await once();
      deepEqual(await recorded(open.sql), before);
    });
  }, fromNothing);
});

const broken = {
  version: "99999999999999",
  name: "broken",
  file: "99999999999999_broken.sql",
  text: "create table public.left_behind (id integer);\nselect 1 / 0;",
};

Deno.test("migrations can be applied to existing data", async (test) => {
  const expected = await finalSchema();
  // There are rows from the first tables on; in the long form more are added before each migration.
  const step = isLong ? 1 : 10;
  await withDatabase(async (open) => {
    for (let count = 1; count < migrations.length; count += step) {
      await migrate(open, migrations.slice(0, count));
      await insertWhatIsThere(open.sql);
    }
    await test.step("one that fails leaves nothing behind, and those before it stay", async () => {
      await rejects(
        migrate(open, [...migrations, broken]),
        /Cannot apply migration 99999999999999_broken\.sql: .*division by zero/,
      );
      const [row] = await open.sql`select to_regclass('public.left_behind') as found`;
      equal(row?.["found"], null);
      deepEqual((await recorded(open.sql)).map(({ version }) => version), versionsOf(migrations));
    });
    await test.step("the schema is the same in the end, and takes rows", async () => {
      await insertWhatIsThere(open.sql);
      deepEqual(diffSummary(await dumpSchema(open.sql), expected), "");
    });
  }, fromNothing);
});

async function migrate({ database }: OpenDatabase, some: Migration[]): Promise<void> {
  await applyMigrations(database.url("postgres"), some);
}

let dumped: Promise<string> | undefined;

function finalSchema(): Promise<string> {
  return dumped ??= withDatabase(({ sql }) => dumpSchema(sql), { migrations });
}

async function recorded(sql: Sql): Promise<{ version: string; name: string }[]> {
  return [
    ...await sql<{ version: string; name: string }[]>`
      select version, name from supabase_migrations.schema_migrations order by version`,
  ];
}

function versionsOf(some: Migration[]): string[] {
  return some.map(({ version }) => version);
}

/** An organization with an agent, as far as their tables exist: later migrations must cope with rows. */
async function insertWhatIsThere(sql: Sql): Promise<void> {
  const exists = async (table: string) => {
    const [row] = await sql`select to_regclass(${`public.${table}`}) is not null as found`;
    return row?.["found"] === true;
  };
  if (!await exists("organizations")) return;
  const [organization] = await sql<{ id: string }[]>`
    insert into public.organizations (name, timezone, country)
    values ('Earlier', 'Europe/London', 'GB') returning id`;
  if (!organization || !await exists("agents")) return;
  await sql`
    insert into public.agents (org_id, name, role, system_prompt)
    values (${organization.id}, 'Earlier', 'inbound', 'Answer.')`;
}
