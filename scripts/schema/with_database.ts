/** A database for one piece of work, for checks and for tests of the schema. */

import postgres from "postgres";
import { createDatabase, type Database } from "../local/database.ts";
import { type Migration, readMigrations } from "../local/migrations.ts";
import { startPostgres } from "../local/postgres.ts";

export type OpenDatabase = {
  readonly database: Database;
  /** The superuser's connections. */
  readonly sql: postgres.Sql;
};

export type OpenedDatabase = OpenDatabase & { close(): Promise<void> };

export type DatabaseOptions = {
  /** Migrations to apply instead of all. */
  readonly migrations?: Migration[];
  /** How many `sql` opens at most; default 1. */
  readonly connections?: number;
};

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
 * Creates a new database with the migrations in it. The server is the one named by LOCAL_POSTGRES, as in `deno task test`, or one that
 * starts now and ends with `close`.
 */
export async function openDatabase(
  options: DatabaseOptions = {},
): Promise<OpenedDatabase> {
  const migrations = options.migrations ?? await readMigrations();
  const running = Deno.env.get("LOCAL_POSTGRES");
  const server = running ? { url: running, close: async () => {} } : await startPostgres();
  try {
    const database = await createDatabase(server.url, migrations);
    const max = options.connections ?? 1;
    const sql = postgres(database.url("supabase_admin"), { max, onnotice: () => {} });
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
