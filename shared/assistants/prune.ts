/** Looks for duplicates of our tools at Vapi and, where the operator asked for it, deletes those that nobody uses. */
import { z } from "zod";
import { ServiceError } from "../http/service_error.ts";
import { lease } from "../worker/task.ts";
import type { SyncDeps } from "./deps.ts";
import { type Duplicate, findDuplicates, withReferences } from "./duplicates.ts";
import type { Snapshots } from "./snapshot.ts";
import type { SyncJob } from "./task.ts";

export const registeredSchema = z.object({
  ids: z.array(z.string()),
  creating: z.array(z.string()),
});

export async function lookForDuplicates(
  deps: SyncDeps,
  task: SyncJob,
  { snapshots, signal }: { snapshots: Snapshots; signal: AbortSignal },
): Promise<"looked" | "pruned"> {
  const { db, vapi, catalogue } = deps;
  const tools = await vapi.tools.list({ signal });
  const registered = registeredSchema.parse(await db.rpc("registered_tools", {}, { signal }));
  const found = findDuplicates({ tools, catalogue, registered });
  // Nothing else needs the assistants, so without a duplicate they are not read.
  const assistants = found.length === 0
    ? []
    : (await snapshots.since(deps.now(), signal)).assistants.values();

  const prunes = task.payload["prune"] === true;
  const duplicates: (Duplicate & { isPruned: boolean })[] = [];
  for (const duplicate of withReferences(found, assistants)) {
    const isPruned = prunes && duplicate.isPrunable && await remove(deps, duplicate, signal);
    duplicates.push({ ...duplicate, isPruned });
  }
  const outcome = prunes ? "pruned" : "looked";
  await db.rpc("complete_job", {
    ...lease(task),
    p_result: { outcome, duplicates: duplicates.map((duplicate) => ({ ...duplicate })) },
  });
  deps.log.info("duplicates_looked_for", {
    found: duplicates.length,
    pruned: duplicates.filter(({ isPruned }) => isPruned).length,
  });
  return outcome;
}

/** False if somebody pins a version of it: as good as a reference. */
async function remove(
  deps: SyncDeps,
  { vapiToolId, name }: Duplicate,
  signal: AbortSignal,
): Promise<boolean> {
  try {
    await deps.vapi.tools.remove(vapiToolId, { signal });
  } catch (error) {
    if (error instanceof ServiceError && error.code === "tool_pinned") return false;
    throw error;
  }
  deps.log.info("duplicate_pruned", { tool: name, vapi_tool_id: vapiToolId });
  return true;
}
