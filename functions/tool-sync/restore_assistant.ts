/** Undoes what a backfill did to one assistant, unless somebody has changed it since. */
import { z } from "zod";
import type { SyncDeps } from "../../shared/assistants/catalogue.ts";
import type { SyncJob } from "../../shared/assistants/job.ts";
import { allToolIds, observe } from "../../shared/assistants/observed.ts";
import type { JsonObject } from "../../shared/json.ts";
import { lease } from "../../shared/worker/job.ts";
import { isSame, markOf, restoredFrom } from "./before.ts";

const payloadSchema = z.object({ agentId: z.guid(), runId: z.guid() });

const snapshotSchema = z.object({
  assistantId: z.string(),
  mark: z.string(),
  before: z.record(z.string(), z.json()),
  isLatest: z.boolean(),
}).nullable();

export type RestoreOutcome =
  | "restored"
  | "edited"
  | "saved"
  | "tools_deleted"
  | "assistant_deleted";

export async function restoreAssistant(
  deps: SyncDeps,
  job: SyncJob,
  signal: AbortSignal,
): Promise<RestoreOutcome> {
  const { agentId, runId } = payloadSchema.parse(job.payload);
  const { outcome, incomplete } = await restore(deps, { agentId, runId }, signal);
  await deps.db.rpc("complete_restore", {
    ...lease(job),
    p_run_id: runId,
    p_agent_id: agentId,
    p_outcome: outcome,
    p_incomplete: incomplete.length > 0 ? incomplete : null,
  });
  return outcome;
}

interface Outcome {
  outcome: RestoreOutcome;
  incomplete: string[];
}

const left = (outcome: RestoreOutcome): Outcome => ({ outcome, incomplete: [] });

async function restore(
  { db, vapi, log }: Pick<SyncDeps, "db" | "vapi" | "log">,
  { agentId, runId }: { agentId: string; runId: string },
  signal: AbortSignal,
): Promise<Outcome> {
  const snapshot = snapshotSchema.parse(
    await db.rpc("snapshot_to_restore", { p_run_id: runId, p_agent_id: agentId }),
  );
  if (snapshot === null || !snapshot.isLatest) return left("saved");
  const { assistantId, mark } = snapshot;
  const before: JsonObject = snapshot.before;

  // A model is only ever PATCHed from a GET just made.
  const assistant = await vapi.assistants.get(assistantId, { signal });
  if (assistant === null) return left("assistant_deleted");
  const { body, incomplete } = restoredFrom(before, assistant);
  // If this is the work of a worker that died after its PATCH, it only has to be recorded.
  const isMine = await markOf(assistant) === mark;
  if (!isMine && !holds(assistant, body)) return left("edited");
  if (await refersToDeleted(db, body)) return left("tools_deleted");
  if (isMine) await vapi.assistants.update(assistantId, body, { signal });
  log.info("assistant_restored", { assistant_id: assistantId, agent_id: agentId, run_id: runId });
  return { outcome: "restored", incomplete };
}

function holds(assistant: JsonObject, body: JsonObject): boolean {
  return Object.entries(body).every(([key, value]) => isSame(assistant[key] ?? null, value));
}

async function refersToDeleted(db: SyncDeps["db"], body: JsonObject): Promise<boolean> {
  const ids = allToolIds(observe(body));
  if (ids.length === 0) return false;
  const deleted = await db.rpc("deleted_tools", { p_vapi_tool_ids: ids });
  return z.array(z.string()).parse(deleted).length > 0;
}
