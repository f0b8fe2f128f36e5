/** A database per stack, copied from a migrated template that is made once per server and content. */

import type postgres from "postgres";
import { sha256Hex } from "../../shared/hash.ts";
import { applyMigrations, assertUnchanged, type Migration } from "./migrations.ts";
import { randomText } from "./keys.ts";
import { withSql } from "./sql.ts";

const bootstrapFile = new URL("./bootstrap.sql", import.meta.url);

export type Database = {
  readonly name: string;
  /** URL of a role's connection to it: superuser supabase_admin, postgres or authenticator. */
  url(role: "supabase_admin" | "postgres" | "authenticator"): string;
  /** Ends other connections and removes it. */
  drop(): Promise<void>;
};

export type DatabaseOptions = {
  /** Default: a new name. */
  readonly name?: string;
  /** An existing database of this name is used, and new migrations are applied to it. */
  readonly isKept?: boolean;
};

/** Makes a database with the bootstrap and the migrations in it; about 50 ms once the template exists. */
export async function createDatabase(
  serverUrl: string,
  migrations: Migration[],
  { name = `stack_${randomText().slice(0, 12)}`, isKept = false }: DatabaseOptions = {},
): Promise<Database> {
  await withSql(serverUrl, async (server) => {
    const found = isKept ? await server`select from pg_database where datname = ${name}` : [];
    if (found.length > 0) {
      const url = databaseUrl(serverUrl, name, "postgres");
      await assertUnchanged(url, migrations);
      await applyMigrations(url, migrations);
    }
    const template = await ensureTemplate(server, serverUrl, migrations);
    if (found.length === 0) {
      // Copying its files is quicker than also logging each page, unless the files are flushed to disk.
      const strategy = isKept ? "wal_log" : "file_copy";
      await server.unsafe(
        `create database ${name} template ${template} owner postgres strategy ${strategy}`,
      );
    }
    await copyRoleSettings(server, template, name);
    if (isKept) await dropOtherTemplates(server, template);
  }, { arrays: false });
  await withSql(databaseUrl(serverUrl, name, "supabase_admin"), moveCronJobs, { arrays: false });
  return {
    name,
    url: (role) => databaseUrl(serverUrl, name, role),
    drop: () =>
      withSql(serverUrl, async (server) => {
        await server.unsafe(`drop database if exists ${name} with (force)`);
      }, { arrays: false }),
  };
}

/** A permanent server would accumulate one for each state of the migrations. */
async function dropOtherTemplates(server: postgres.Sql, template: string): Promise<void> {
  const others = await server<{ name: string }[]>`
    select datname as name from pg_database where datname like 'template\\_%' and datname <> ${template}`;
  for (const { name } of others) await server.unsafe(`drop database ${name} with (force)`);
}

/** The holder of the lock builds it under another name, so an existing template is complete. */
async function ensureTemplate(
  server: postgres.Sql,
  serverUrl: string,
  migrations: Migration[],
): Promise<string> {
  const bootstrap = await Deno.readTextFile(bootstrapFile);
  const content = JSON.stringify([bootstrap, ...migrations.map(({ text }) => text)]);
  const template = `template_${(await sha256Hex(content)).slice(0, 16)}`;
  const draft = `draft_${randomText().slice(0, 12)}`;
  await server`select pg_advisory_lock(hashtext('templates'))`;
  try {
    const found = await server`select from pg_database where datname = ${template}`;
    if (found.length > 0) return template;
    await server.unsafe(`create database ${draft} template template0`);
    await bootstrapDatabase(databaseUrl(serverUrl, draft, "supabase_admin"), bootstrap);
    await applyMigrations(databaseUrl(serverUrl, draft, "postgres"), migrations);
    await server.unsafe(`alter database ${draft} rename to ${template}`);
    return template;
  } catch (error) {
    await server.unsafe(`drop database if exists ${draft} with (force)`);
    throw error;
  } finally {
    await server`select pg_advisory_unlock(hashtext('templates'))`;
  }
}

async function bootstrapDatabase(url: string, bootstrap: string): Promise<void> {
  const { password } = new URL(url);
  await withSql(url, async (sql) => {
    await sql.unsafe(bootstrap);
    await sql.unsafe(`alter role postgres password '${password}'`);
    await sql.unsafe(`alter role authenticator password '${password}'`);
  }, { arrays: false });
}

/** What a migration sets for a role in its database is not part of the database, so a copy does not have it. */
async function copyRoleSettings(server: postgres.Sql, from: string, to: string): Promise<void> {
  const settings = await server<{ statement: string }[]>`
    select format('alter role %s in database %I set %s = %L', setrole::regrole, ${to}::text,
                  split_part(setting, '=', 1), substr(setting, strpos(setting, '=') + 1)) as statement
    from pg_db_role_setting cross join unnest(setconfig) as setting
    where setrole <> 0 and setdatabase = (select oid from pg_database where datname = ${from})`;
  for (const { statement } of settings) await server.unsafe(statement);
}

/** Scheduled jobs name the database in which they were created; in a copy that is the template. */
async function moveCronJobs(sql: postgres.Sql): Promise<void> {
  const [row] = await sql<{ installed: boolean }[]>`
    select to_regclass('cron.job') is not null as installed`;
  if (row?.installed) await sql`update cron.job set database = current_database()`;
}

function databaseUrl(serverUrl: string, name: string, role: string): string {
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  url.username = role;
  return url.href;
}
