import { createDb } from "../../shared/db.ts";
import { readEnv } from "../../shared/env.ts";
import { createLogger } from "../../shared/log.ts";
import { singleFlight } from "../../shared/single_flight.ts";
import { syncDeps } from "../../shared/sync/from_env.ts";
import { drainAndHandOver } from "../../shared/sync/worker.ts";
import { handle } from "./handler.ts";

const startedAt = Date.now();
const env = readEnv();
const log = createLogger("tool-sync", { execution_id: env.executionId });
const db = createDb({ url: env.supabaseUrl, key: env.secretKey });
const deps = syncDeps(env, { db, log, startedAt });
const worker = singleFlight(async () => await drainAndHandOver(await deps));

export default { fetch: (request: Request) => handle(request, { env, worker, log }) };
