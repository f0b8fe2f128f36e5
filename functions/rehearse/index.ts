import { createDb } from "../../shared/db.ts";
import { readEnv } from "../../shared/env/env.ts";
import { createLogger } from "../../shared/log.ts";
import { rehearse } from "./handler.ts";

const env = readEnv({ need: ["supabase"] });
export default rehearse({
  env,
  db: createDb({ url: env.supabaseUrl, key: env.secretKey }),
  log: createLogger("rehearse", { execution_id: env.executionId }),
  tools: async () => (await import("../../shared/tools/catalogue.ts")).catalogue,
  now: () => new Date(),
});
