/** Deletes a retired tool from Vapi once no assistant refers to it, ours or anybody's. */
import { ServiceError } from "../../shared/http/service_error.ts";
import { lease } from "../../shared/worker/task.ts";
import type { SyncDeps } from "../../shared/assistants/deps.ts";
import type { Snapshots } from "../../shared/assistants/snapshot.ts";
import type { SyncJob } from "../../shared/assistants/task.ts";

/** Enough to see who it is; the rest is counted. */
const MAX_REFERRERS = 10;

export async function retireTool(
  deps: SyncDeps,
  task: SyncJob,
  options: { snapshots: Snapshots; claimedAt: number; signal: AbortSignal },
): Promise<"deleted" | "kept"> {
  const { snapshots, claimedAt, signal } = options;
  const toolId = String(task.payload["vapiToolId"]);
  // Vapi does not take a deleted tool off the assistants, and a dangling id breaks their calls: look at all of them.
  const snapshot = await snapshots.since(claimedAt, signal);
  const referrers = [...snapshot.assistants]
    .filter(([, { toolIds, toolRefIds }]) =>
      toolIds.includes(toolId) || toolRefIds.includes(toolId)
    )
    .map(([id]) => id);
  if (referrers.length === 0) await remove(deps, toolId, signal, referrers);

  await deps.db.rpc("complete_tool_deletion", {
    ...lease(task),
    p_vapi_tool_id: toolId,
    p_referenced_by: referrers.slice(0, MAX_REFERRERS),
  });
  const outcome = referrers.length === 0 ? "deleted" : "kept";
  deps.log.info("tool_retired", { vapi_tool_id: toolId, outcome, referrers: referrers.length });
  return outcome;
}

async function remove(
  deps: SyncDeps,
  toolId: string,
  signal: AbortSignal,
  referrers: string[],
): Promise<void> {
  try {
    await deps.vapi.tools.remove(toolId, { signal });
  } catch (error) {
    // Somebody pins a version of it: as good as a reference.
    if (error instanceof ServiceError && error.code === "tool_pinned") referrers.push("pinned");
    else throw error;
  }
}
