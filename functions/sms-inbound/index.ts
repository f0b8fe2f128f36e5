import { createDb } from "../../shared/db.ts";
import { readEnv } from "../../shared/env/env.ts";
import { createLogger } from "../../shared/log.ts";
import { smsInbound } from "./handler.ts";

const env = readEnv({ need: ["supabase"] });
const log = createLogger("sms-inbound", { execution_id: env.executionId });
const db = createDb({ url: env.supabaseUrl, key: env.secretKey });

export default smsInbound({ env, db, log });
