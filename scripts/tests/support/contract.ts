/**
 * Where a contract test runs. By default on a stack of its own; with CONTRACT_DATABASE_URL (role `postgres`) or CONTRACT_API_URL,
 * CONTRACT_SECRET_KEY and CONTRACT_PUBLISHABLE_KEY on a project with the real extensions and services, so that the stand-ins can be
 * compared with them.
 */

import postgres from "postgres";
import { startPgCron } from "../../local/pg_cron/worker.ts";
import { startPgNet } from "../../local/pg_net/worker.ts";
import { withDatabase as withSchema } from "../../schema/with_database.ts";
import { withStack } from "./with_stack.ts";

export type DatabaseContract = {
  /** Connections as role `postgres`, without superuser rights. */
  readonly sql: postgres.Sql;
};

/** Calls the test with a database in which the migrations have created the extensions, and with their workers. */
export async function withDatabase(
  test: (contract: DatabaseContract) => Promise<void>,
): Promise<void> {
  const run = async (url: string) => {
    const sql = postgres(url, { max: 4, onnotice: () => {} });
    try {
      await test({ sql });
    } finally {
      await sql.end();
    }
  };
  const real = Deno.env.get("CONTRACT_DATABASE_URL");
  if (real !== undefined) return await run(real);
  await withSchema(async ({ database }) => {
    const options = { url: database.url("supabase_admin"), onError: fail };
    const workers = [await startPgNet(options), await startPgCron(options)];
    try {
      await run(database.url("postgres"));
    } finally {
      for (const worker of workers) await worker.close();
    }
  });
}

function fail(error: unknown): never {
  throw error;
}

export type ApiContract = {
  readonly apiUrl: string;
  readonly publishableKey: string;
  readonly secretKey: string;
};

/** Calls the test with the address and keys of a project. */
export async function withApi(test: (contract: ApiContract) => Promise<void>): Promise<void> {
  const apiUrl = Deno.env.get("CONTRACT_API_URL");
  const publishableKey = Deno.env.get("CONTRACT_PUBLISHABLE_KEY");
  const secretKey = Deno.env.get("CONTRACT_SECRET_KEY");
  if (apiUrl && publishableKey && secretKey) {
    return await test({ apiUrl, publishableKey, secretKey });
  }
  await withStack(test, { vapi: false });
}

/** Resolves to the SQLSTATE with which the query is refused; fails if it is not refused. */
export async function refusal(query: PromiseLike<unknown>): Promise<string> {
  try {
    await query;
  } catch (error) {
    if (error instanceof postgres.PostgresError) return error.code;
    throw error;
  }
  throw new Error("Expected the query to be refused, but it succeeded");
}
