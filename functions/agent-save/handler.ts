/**
 * agent-save: stores an agent for the console. One rpc writes the agent and the pending sync in one transaction; nothing waits
 * for Vapi unless the caller asks for it (`Prefer: wait=10`).
 */
import { z } from "zod";
import type { Db } from "../../shared/db.ts";
import type { SupabaseEnv } from "../../shared/env/env.ts";
import { readJson } from "../../shared/http/bodies.ts";
import { afterwards, serve, type Served } from "../../shared/http/serve.ts";
import { user } from "../../shared/http/user_auth.ts";
import type { Log } from "../../shared/log.ts";
import type { Sleep } from "../../shared/retry.ts";
import type { AgentParser } from "./body.ts";
import {
  preferredWait,
  rejectedSettingsSchema,
  type SyncStatus,
  waitForSync,
} from "./wait_for_sync.ts";

export interface AgentSaveDeps {
  env: Pick<SupabaseEnv, "supabaseUrl" | "jwks">;
  db: Db;
  log: Log;
  parseAgent: AgentParser;
  now: () => number;
  sleep: Sleep;
}

const savedSchema = z.object({
  agentId: z.guid(),
  orgId: z.guid(),
  assistantId: z.string().nullable(),
  version: z.int(),
  syncId: z.guid(),
  syncState: z.string(),
  rejectedSettings: rejectedSettingsSchema,
});
type Saved = z.infer<typeof savedSchema>;

export function agentSave(deps: AgentSaveDeps): Served {
  const frame = { auth: user(deps.env), log: deps.log, refusal: "agent_save_failed" };
  return serve(frame, async ({ request, caller: { userId }, requestId, log }) => {
    const startedAt = deps.now();
    const agent = await deps.parseAgent(await readJson(request));
    const saved = savedSchema.parse(
      await deps.db.rpc("save_agent", {
        p_user_id: userId,
        p_agent: agent,
        p_request_id: requestId,
      }),
    );
    const ms = deps.now() - startedAt;
    afterwards(() =>
      log.info("agent_saved", {
        org_id: saved.orgId,
        agent_id: saved.agentId,
        job_id: saved.syncId,
        version: saved.version,
        ms,
      })
    );

    const wait = preferredWait(request.headers);
    const status = wait > 0 ? await waitForSync({ ...deps, log }, saved.agentId, wait) : null;
    return Response.json(answer(saved, status), {
      headers: { ...(wait > 0 && { "preference-applied": `wait=${wait}` }) },
    });
  });
}

function answer(saved: Saved, status: SyncStatus | null) {
  const syncState = status?.syncState ?? saved.syncState;
  return {
    success: true,
    agentId: saved.agentId,
    assistantId: status?.assistantId ?? saved.assistantId,
    toolSyncTriggered: true,
    syncId: saved.syncId,
    version: saved.version,
    syncState,
    rejectedSettings: status?.rejectedSettings ?? saved.rejectedSettings,
    message: MESSAGES[syncState] ?? MESSAGES["pending"],
    ...(syncState === "failed" && { syncError: status?.lastError }),
  };
}

const MESSAGES: Readonly<Record<string, string>> = {
  pending: "Agent saved. Its tools are being synced.",
  syncing: "Agent saved. Its tools are being synced.",
  synced: "Agent saved. Its tools are linked.",
  failed: "Agent saved, but its tools could not be synced.",
};
