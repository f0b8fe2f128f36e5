/** Deletes tools at Vapi that nobody uses any more: retired ones, and those that an abandoned registration left there. */
import { z } from "zod";
import { definitionHashOf } from "../../shared/assistants/match_tool.ts";
import { ServiceError } from "../../shared/http/errors.ts";
import { lease } from "../../shared/worker/job.ts";
import type { SyncDeps } from "../../shared/assistants/catalogue.ts";
import { allToolIds, listToolHolders } from "../../shared/assistants/observed.ts";
import type { Snapshots } from "../../shared/assistants/snapshot.ts";
import type { SyncJob } from "../../shared/assistants/job.ts";

/** Enough to see which they are; the rest is counted. */
const MAX_REFERRERS = 10;

/** Deletes a retired tool once no assistant, squad or workflow refers to it, ours or anybody's, and completes the job. */
export async function retireTool(
  deps: SyncDeps,
  job: SyncJob,
  options: { snapshots: Snapshots; claimedAt: number; signal: AbortSignal },
): Promise<"deleted" | "kept"> {
  const { snapshots, claimedAt, signal } = options;
  const toolId = String(job.payload["vapiToolId"]);
  // Vapi does not unlink a deleted tool from assistants, and a dangling id breaks their calls: look at all of them.
  const snapshot = await snapshots.since(claimedAt, signal);
  const referrers = [...snapshot.assistants]
    .filter(([, observed]) => allToolIds(observed).includes(toolId))
    .map(([id]) => id);
  if (referrers.length === 0) {
    const holders = await listToolHolders(deps.vapi, { signal });
    const using = holders.filter(({ toolIds }) => toolIds.includes(toolId));
    referrers.push(...using.map(({ kind, id }) => `${kind}:${id}`));
  }
  if (referrers.length === 0) await remove(deps, toolId, signal, referrers);

  await deps.db.rpc("complete_tool_deletion", {
    ...lease(job),
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
    // A pinned version counts as a reference.
    if (error instanceof ServiceError && error.code === "tool_pinned") referrers.push("pinned");
    else throw error;
  }
}

const orphanSchema = z.object({ name: z.string(), definitionHash: z.string() });

/**
 * Looks for the tool that an abandoned registration may have left at Vapi. Its worker died between creating it and recording it,
 * and the next deployment wants another definition: nothing else will ever look for this one. Whatever is found is recorded as
 * retired, which has it deleted; then the job is completed.
 */
export async function retireOrphans(
  { db, vapi, log }: SyncDeps,
  job: SyncJob,
  signal: AbortSignal,
): Promise<"looked"> {
  const { name, definitionHash } = orphanSchema.parse(job.payload);
  const tools = await vapi.tools.list({ signal });
  const found = tools.filter((tool) =>
    tool.function?.name === name && definitionHashOf(tool) === definitionHash
  ).map(({ id }) => id);
  await db.rpc("retire_orphans", {
    ...lease(job),
    p_name: name,
    p_definition_hash: definitionHash,
    p_vapi_tool_ids: found,
  });
  log.info("orphans_looked_for", { tool: name, found: found.length });
  return "looked";
}
