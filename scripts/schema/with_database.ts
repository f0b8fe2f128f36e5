/** A database for one piece of work, for checks and for tests of the schema. */

import postgres from "postgres";
import { createDatabase, type Database } from "../local/database.ts";
import { type Migration, readMigrations } from "../local/migrations.ts";
import { startPostgres } from "../local/postgres.ts";

export type OpenDatabase = {
  readonly database: Database;
  /** One connection of the superuser. */
  readonly sql: postgres.Sql;
};

/** `migrations`: those to apply instead of all. */
export type DatabaseOptions = { readonly migrations?: Migration[] };

/** Runs the work on a database of its own, and removes it afterwards. See openDatabase(). */
export async function withDatabase<T>(
  work: (open: OpenDatabase) => Promise<T>,
  options: DatabaseOptions = {},
): Promise<T> {
  const { close, ...open } = await openDatabase(options);
  try {
    return await work(open);
  } finally {
    await close();
  }
}

/**
 * Makes a new database with the migrations in it. The server is the one that LOCAL_POSTGRES names, as in
 * `deno task test`, or one that starts now and ends with `close`.
 */
export async function openDatabase(
  options: DatabaseOptions = {},
): Promise<OpenDatabase & { close(): Promise<void> }> {
  const migrations = options.migrations ?? await readMigrations();
  const running = Deno.env.get("LOCAL_POSTGRES");
  const server = running ? { url: running, close: async () => {} } : await startPostgres();
  try {
    const database = await createDatabase(server.url, migrations);
    const sql = postgres(database.url("supabase_admin"), { max: 1, onnotice: () => {} });
    const close = async () => {
      await sql.end();
      await database.drop();
      await server.close();
    };
    return { database, sql, close };
  } catch (error) {
    await server.close();
    throw error;
  }
}
