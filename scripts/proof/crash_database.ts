/** A separate Postgres server, and how to crash it. */
import { type PostgresServer, startPostgres } from "../local/postgres.ts";
import { withSql } from "../local/sql.ts";
import { patiently } from "./patiently.ts";
import type { Platform } from "./platform.ts";

/** Starts one that keeps what was committed when it crashes. */
export function startServer(): Promise<PostgresServer> {
  return startPostgres({ durable: true });
}

/**
 * Kills a server process without notice. Postgres then ends all sessions, empties unlogged tables (including pg_net's queue), recovers from
 * its log and starts again. The functions keep running. Resolves when PostgREST answers again.
 *
 * Our own connections, those of the stand-ins, are idle or closed meanwhile: their client (postgres 3.4.9) throws an error that nobody can
 * catch if a socket closes during a write.
 */
export async function crashDatabase(platform: Platform, server: PostgresServer): Promise<void> {
  await platform.alone(async () => {
    await platform.stack.cron.close();
    await platform.net.close();
    const victim = await backgroundWriter(platform.stack.dbUrl);
    const recovered = server.nextReady();
    Deno.kill(victim, "SIGKILL");
    await recovered;
    await platform.restartNet(server.url);
    await patiently("waiting for PostgREST to answer", () => askPostgrest(platform));
  });
}

/** A process of the server that lives as long as the server does. One that serves a client may already have ended when it is killed. */
async function backgroundWriter(dbUrl: string): Promise<number> {
  return await withSql(dbUrl, async (sql) => {
    const [row] = await sql<{ pid: number }[]>`
      select pid from pg_stat_activity where backend_type = 'background writer'`;
    if (row === undefined) throw new Error("The server has no background writer to kill");
    return row.pid;
  });
}

async function askPostgrest({ stack }: Platform): Promise<void> {
  const response = await fetch(`${stack.apiUrl}/rest/v1/organizations?select=id&limit=1`, {
    headers: { apikey: stack.secretKey },
  });
  const text = await response.text();
  if (!response.ok) throw new Error(text);
}
