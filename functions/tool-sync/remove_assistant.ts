/** Deletes the assistant of a deleted agent, or leaves it without our tools. */
import { z } from "zod";
import { NO_CHANGES, updateBody } from "../../shared/assistants/bodies.ts";
import type { SyncDeps } from "../../shared/assistants/catalogue.ts";
import type { SyncJob } from "../../shared/assistants/job.ts";
import { NATIVE_TOOL_PATHS } from "../../shared/assistants/native_tools.ts";
import { observe } from "../../shared/assistants/observed.ts";
import { ServiceError } from "../../shared/http/errors.ts";
import type { Fingerprints } from "../../shared/assistants/settings.ts";
import type { Batch } from "./batch.ts";

const removalSchema = z.object({
  agentId: z.guid(),
  /** Null: a sync may have created one and died before it recorded the id. */
  assistantId: z.string().nullable(),
  keep: z.boolean(),
  /** Fingerprints of what was last applied: our inline tools are recognised by them. */
  applied: z.record(z.string(), z.string()).nullish(),
});

export type RemovalOutcome = "nothing_there" | "removed" | "unlinked" | "pinned";

export async function removeAssistant(
  { vapi, log }: Pick<SyncDeps, "vapi" | "log">,
  { payload }: Pick<SyncJob, "payload">,
  { batch, signal }: {
    batch: Pick<Batch, "snapshots" | "claimedAt" | "registry">;
    signal: AbortSignal;
  },
): Promise<RemovalOutcome> {
  const { agentId, assistantId, keep, applied } = removalSchema.parse(payload);
  const id = assistantId ??
    (await batch.snapshots.since(batch.claimedAt, signal)).byAgent.get(agentId);
  if (id === undefined) return "nothing_there";

  const unlink = () => unlinkOurs(vapi, id, { batch, signal, applied: applied ?? {} });
  const outcome = keep ? await unlink() : await remove(vapi, id, { unlink, signal });
  log.info("assistant_removed", { agent_id: agentId, assistant_id: id, outcome });
  return outcome;
}

/** A squad that pins a version of it keeps it: then it stays, like one that was to be kept. */
async function remove(
  vapi: SyncDeps["vapi"],
  id: string,
  { unlink, signal }: { unlink: () => Promise<RemovalOutcome>; signal: AbortSignal },
): Promise<RemovalOutcome> {
  try {
    await vapi.assistants.remove(id, { signal });
    return "removed";
  } catch (error) {
    if (!(error instanceof ServiceError && error.code === "assistant_pinned")) throw error;
    return await unlink() === "unlinked" ? "pinned" : "nothing_there";
  }
}

async function unlinkOurs(
  vapi: SyncDeps["vapi"],
  id: string,
  { batch, signal, applied }: {
    batch: Pick<Batch, "registry">;
    signal: AbortSignal;
    applied: Fingerprints;
  },
): Promise<"nothing_there" | "unlinked"> {
  // A model is only ever PATCHed from a GET just made.
  const assistant = await vapi.assistants.get(id, { signal });
  if (assistant === null) return "nothing_there";
  const ours = new Set(batch.registry.registry.map(({ vapiToolId }) => vapiToolId));
  const { toolIds, toolRefIds, fingerprint } = observe(assistant);
  const clear = NATIVE_TOOL_PATHS.filter((path) =>
    applied[path] !== undefined && fingerprint(path) === applied[path]
  );
  const unlink = [...toolIds, ...toolRefIds].filter((toolId) => ours.has(toolId));
  const newToolIds = toolIds.filter((toolId) => !ours.has(toolId));
  const body = updateBody(assistant, {}, { ...NO_CHANGES, clear, unlink, newToolIds });
  if (Object.keys(body).length > 0) await vapi.assistants.update(id, body, { signal });
  return "unlinked";
}
