import { createDb } from "../../shared/db.ts";
import { readEnv } from "../../shared/env/env.ts";
import { createLogger } from "../../shared/log.ts";
import { countStrangers, createRecorder } from "../../shared/metrics/recorder.ts";
import { smsInbound } from "./handler.ts";

const env = readEnv({ need: ["supabase"] });
const log = createLogger("sms-inbound", { execution_id: env.executionId });
const db = createDb({ url: env.supabaseUrl, key: env.secretKey });

const onStranger = countStrangers(createRecorder({ db, log }), "sms-inbound");

export default smsInbound({ env, db, log, onStranger });
