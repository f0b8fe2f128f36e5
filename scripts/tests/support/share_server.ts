import { type PostgresServer, startPostgres } from "../../local/postgres.ts";

/**
 * Lets all tests of a file use one Postgres server. `deno task test` has started one for all files
 * already; a file that is run by itself starts its own.
 */
export function shareServer(): void {
  let own: PostgresServer | undefined;
  Deno.test.beforeAll(async () => {
    if (Deno.env.get("LOCAL_POSTGRES")) return;
    own = await startPostgres({ connections: 300 });
    Deno.env.set("LOCAL_POSTGRES", own.url);
  });
  Deno.test.afterAll(async () => {
    if (!own) return;
    Deno.env.delete("LOCAL_POSTGRES");
    await own.close();
  });
}
