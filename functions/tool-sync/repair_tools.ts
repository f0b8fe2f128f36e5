/**
 * Sends the definitions of tools that a verification found different at Vapi again, and registers anew those that Vapi has lost.
 */
import { z } from "zod";
import { ServiceError } from "../../shared/http/errors.ts";
import type { Batch } from "./batch.ts";
import type { SyncDeps } from "../../shared/assistants/catalogue.ts";
import { ensureRegistry } from "./registry.ts";
import type { SyncJob } from "../../shared/assistants/job.ts";

const payloadSchema = z.object({ tools: z.array(z.string()) });

/** Tools that the registry lacked, or had with another hash, were brought in step before any job began. */
export async function repairTools(
  deps: SyncDeps,
  job: SyncJob,
  { batch, signal }: { batch: Batch; signal: AbortSignal },
): Promise<void> {
  const { tools } = payloadSchema.parse(job.payload);
  const { registry, failures } = batch.registry;
  const lost: string[] = [];
  await Promise.all(deps.catalogue.map(async ({ name, body }) => {
    const id = batch.view.current.get(name);
    if (!tools.includes(name) || id === undefined) return;
    try {
      await deps.vapi.tools.update(id, body, { signal });
      deps.log.info("tool_repaired", { tool: name, vapi_tool_id: id });
    } catch (error) {
      if (!(error instanceof ServiceError) || error.code !== "not_found") throw error;
      lost.push(id);
    }
  }));

  let failure = failures.values().next().value;
  if (lost.length > 0) {
    deps.log.warn("tools_lost", { vapi_tool_ids: lost });
    await deps.db.rpc("mark_tools_missing", { p_vapi_tool_ids: lost }, { signal });
    const left = registry.filter(({ vapiToolId }) => !lost.includes(vapiToolId));
    const renewed = await ensureRegistry(deps, left, { signal });
    failure = renewed.failures.values().next().value;
  }
  if (failure !== undefined) throw failure;
}
