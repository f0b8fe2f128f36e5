import { createDb } from "../../shared/db.ts";
import { readEnv } from "../../shared/env/env.ts";
import { createLogger } from "../../shared/log.ts";
import { sleep } from "../../shared/retry.ts";
import { catalogue } from "../../shared/tools/catalogue.ts";
import { agentParser } from "./body.ts";
import { agentSave } from "./handler.ts";

const env = readEnv({ need: ["supabase"] });
export default agentSave({
  env,
  db: createDb({ url: env.supabaseUrl, key: env.secretKey }),
  log: createLogger("agent-save", { execution_id: env.executionId }),
  parseAgent: agentParser(catalogue.map((tool) => tool.name)),
  now: Date.now,
  sleep,
});
