/** What happens while a worker is running: to others, and to itself. */
import type { Sql } from "postgres";
import type { RpcName } from "../../../shared/db.ts";
import type { SyncDeps } from "../../../shared/assistants/catalogue.ts";
import { eventually } from "./eventually.ts";
import { drainAndHandOver } from "./world.ts";

/** The worker; something else is done before each assistant that it creates or updates. */
export function beforeEach(
  method: "create" | "update",
  worker: SyncDeps,
  run: () => unknown,
): SyncDeps {
  const { assistants } = worker.vapi;
  const { create, update } = assistants;
  return {
    ...worker,
    vapi: {
      ...worker.vapi,
      assistants: {
        ...assistants,
        create: async (...args) => {
          if (method === "create") await run();
          return await create(...args);
        },
        update: async (...args) => {
          if (method === "update") await run();
          return await update(...args);
        },
      },
    },
  };
}

/** Runs a worker that dies at its first call of the rpc, which then has no effect. Resolves when all its earlier requests are done. */
export async function dieBefore(rpc: RpcName, worker: SyncDeps): Promise<void> {
  const asked = new Set<Promise<unknown>>();
  const died = Promise.withResolvers<void>();
  let isDead = false;
  const drained = drainAndHandOver({
    ...worker,
    db: {
      rpc(name, args, options) {
        if (name === rpc) {
          isDead = true;
          died.resolve();
        }
        if (isDead) return new Promise(() => {});
        const answer = worker.db.rpc(name, args, options);
        asked.add(answer);
        return answer;
      },
    },
  });
  await Promise.race([died.promise, drained]);
  await Promise.allSettled(asked);
}

/** Resolves when some statement waits for a lock. */
export async function blocked(sql: Sql): Promise<void> {
  await eventually("a statement waits for a lock", async () => await waitingForLocks(sql) > 0);
}

/** How many statements of this database wait for a lock. */
export async function waitingForLocks(sql: Sql): Promise<number> {
  const rows = await sql`
    select from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()`;
  return rows.length;
}
