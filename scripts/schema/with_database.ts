/** A database for the length of one piece of work, for checks and for tests of the schema. */

import postgres from "postgres";
import { createDatabase, type Database } from "../local/database.ts";
import { type Migration, readMigrations } from "../local/migrations.ts";
import { startPostgres } from "../local/postgres.ts";

export type OpenDatabase = {
  readonly database: Database;
  /** One connection of the superuser. */
  readonly sql: postgres.Sql;
};

/**
 * Runs the work on a new database with all migrations (or those given) and removes it afterwards. The
 * server is the one that LOCAL_POSTGRES names, as in `deno task test`, or one for this call alone.
 */
export async function withDatabase<T>(
  work: (open: OpenDatabase) => Promise<T>,
  options: { migrations?: Migration[] } = {},
): Promise<T> {
  const migrations = options.migrations ?? await readMigrations();
  return await withServer(async (serverUrl) => {
    const database = await createDatabase(serverUrl, migrations);
    const sql = postgres(database.url("supabase_admin"), { max: 1, onnotice: () => {} });
    try {
      return await work({ database, sql });
    } finally {
      await sql.end();
      await database.drop();
    }
  });
}

async function withServer<T>(work: (serverUrl: string) => Promise<T>): Promise<T> {
  const running = Deno.env.get("LOCAL_POSTGRES");
  if (running) return await work(running);
  const server = await startPostgres();
  try {
    return await work(server.url);
  } finally {
    await server.close();
  }
}
