/**
 * Looks for the tool that an abandoned registration may have left at Vapi. Its worker died between creating it and telling of it, and
 * the next deployment wants another definition: nobody else will ever look for this one.
 */
import { z } from "zod";
import { lease } from "../../shared/worker/task.ts";
import { definitionHashOf } from "../../shared/assistants/match_tool.ts";
import type { SyncDeps } from "../../shared/assistants/deps.ts";
import type { SyncJob } from "../../shared/assistants/task.ts";

const payloadSchema = z.object({ name: z.string(), definitionHash: z.string() });

/** Hands what it finds to the registry as retired, which has it deleted, and completes the job. */
export async function retireOrphans(
  { db, vapi, log }: SyncDeps,
  task: SyncJob,
  signal: AbortSignal,
): Promise<"looked"> {
  const { name, definitionHash } = payloadSchema.parse(task.payload);
  const tools = await vapi.tools.list({ signal });
  const found = tools.filter((tool) =>
    tool.function?.name === name && definitionHashOf(tool) === definitionHash
  ).map(({ id }) => id);
  await db.rpc("retire_orphans", {
    ...lease(task),
    p_name: name,
    p_definition_hash: definitionHash,
    p_vapi_tool_ids: found,
  });
  log.info("orphans_looked_for", { tool: name, found: found.length });
  return "looked";
}
