import { createDb } from "../../shared/db.ts";
import { readEnv } from "../../shared/env/env.ts";
import { createLogger } from "../../shared/log.ts";
import { sleep } from "../../shared/retry.ts";
import { agentParser } from "./body.ts";
import { agentSave } from "./handler.ts";

const env = readEnv({ need: ["supabase"] });
export default agentSave({
  env,
  db: createDb({ url: env.supabaseUrl, key: env.secretKey }),
  log: createLogger("agent-save", { execution_id: env.executionId }),
  parseAgent: agentParser(async () => {
    const { catalogue } = await import("../../shared/tools/catalogue.ts");
    return catalogue.map(({ name }) => name);
  }),
  now: Date.now,
  sleep,
});
