/** The migrations of `supabase/migrations`, in the order in which the Supabase CLI applies them. */

import { join } from "node:path";
import { fileURLToPath } from "node:url";
import postgres from "postgres";
import { withSql } from "./sql.ts";

export const repository = fileURLToPath(new URL("../../", import.meta.url));
const fileName = /^(\d+)_(.+)\.sql$/;

/** The table as the CLI creates it before its first push. */
const RECORD = `
set client_min_messages = warning;
create schema if not exists supabase_migrations;
create table if not exists supabase_migrations.schema_migrations (version text primary key);
alter table supabase_migrations.schema_migrations
  add column if not exists statements text[], add column if not exists name text;
reset client_min_messages`;

export type Migration = { version: string; name: string; file: string; text: string };

/** Reads `<version>_<name>.sql` files sorted by version; other names are skipped, as the CLI does. */
export async function readMigrations(
  directory = join(repository, "supabase/migrations"),
): Promise<Migration[]> {
  const migrations: Migration[] = [];
  for await (const { name: file } of readDirectory(directory)) {
    const [, version, name] = fileName.exec(file) ?? [];
    if (!version || !name) continue;
    migrations.push({ version, name, file, text: await Deno.readTextFile(join(directory, file)) });
  }
  return migrations.sort((a, b) => (a.version < b.version ? -1 : 1));
}

/**
 * Applies each migration that is not recorded yet in one transaction, as role `postgres`, and records it. Throws naming the file, the line
 * and the database's own message.
 */
export async function applyMigrations(url: string, migrations: Migration[]): Promise<void> {
  await withSql(url, async (sql) => {
    // A second process waits, and finds the work done. The lock ends with the connection.
    await sql`select pg_advisory_lock(hashtext('migrations'))`;
    await sql.unsafe(RECORD);
    const done = await sql<{ version: string }[]>`
      select version from supabase_migrations.schema_migrations`;
    const applied = new Set(done.map(({ version }) => version));
    for (const migration of migrations) {
      if (!applied.has(migration.version)) await apply(sql, migration);
    }
  });
}

/**
 * Throws if a recorded migration has changed or is gone: until the first deployment they are edited in place, which a database that is kept
 * cannot follow.
 */
export async function assertUnchanged(url: string, migrations: Migration[]): Promise<void> {
  const done = await withSql(
    url,
    (sql) =>
      sql<{ version: string; name: string; statements: string[] }[]>`
      select version, name, statements from supabase_migrations.schema_migrations order by version`,
  );
  const texts = new Map(migrations.map(({ version, text }) => [version, text]));
  const changed = done.filter(({ version, statements }) => texts.get(version) !== statements[0])
    .map(({ version, name }) => `${version}_${name}.sql`);
  if (changed.length === 0) return;
  throw new Error(`Cannot keep the data: changed since it was made: ${changed.join(", ")}`);
}

async function apply(sql: postgres.Sql, { version, name, file, text }: Migration): Promise<void> {
  try {
    await sql.begin(async (transaction) => {
      await transaction.unsafe(text);
      await transaction`
        insert into supabase_migrations.schema_migrations (version, name, statements)
        values (${version}, ${name}, ${[text]})`;
    });
  } catch (error) {
    throw new Error(`Cannot apply migration ${file}: ${describe(error, text)}`, { cause: error });
  }
}

function describe(error: unknown, text: string): string {
  if (!(error instanceof postgres.PostgresError)) return String(error);
  const position = Number(error.position);
  const line = position ? `line ${text.slice(0, position).split("\n").length}: ` : "";
  const details = [error.detail, error.hint, error.where].filter(Boolean);
  return [`${line}${error.message} (${error.code})`, ...details].join("\n  ");
}

async function* readDirectory(directory: string): AsyncGenerator<Deno.DirEntry> {
  try {
    yield* Deno.readDir(directory);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}
