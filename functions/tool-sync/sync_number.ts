/** Has its agent answer the calls to a phone number at Vapi. Changes only what we have set there ourselves. */
import { z } from "zod";
import type { SyncDeps } from "../../shared/assistants/catalogue.ts";
import type { SyncJob } from "../../shared/assistants/job.ts";
import { numberPatch } from "../../shared/assistants/numbers.ts";
import { lease } from "../../shared/worker/job.ts";

const payloadSchema = z.object({ vapiPhoneNumberId: z.string() });

const numberSchema = z.object({
  isOurs: z.boolean(),
  agentId: z.guid().nullable(),
  assistantId: z.string().nullable(),
  applied: z.object({
    assistantId: z.string().exactOptional(),
    serverUrl: z.string().exactOptional(),
  }),
}).nullable();

export type NumberOutcome = "in_step" | "taken" | "missing";

export async function syncNumber(
  { db, vapi, webhook, log }: Pick<SyncDeps, "db" | "vapi" | "webhook" | "log">,
  job: SyncJob,
  signal: AbortSignal,
): Promise<NumberOutcome> {
  const { vapiPhoneNumberId: id } = payloadSchema.parse(job.payload);
  const known = numberSchema.parse(
    await db.rpc("phone_number_to_sync", { p_vapi_phone_number_id: id }),
  );
  const complete = async (applied: Record<string, string>, outcome: NumberOutcome) => {
    await db.rpc("complete_number_sync", {
      ...lease(job),
      p_vapi_phone_number_id: id,
      p_applied: applied,
      p_outcome: outcome,
    });
    log.info("phone_number_synced", { phone_number_id: id, outcome });
    return outcome;
  };
  if (known === null) return await complete({}, "in_step");

  const found = await vapi.phoneNumbers.get(id, { signal });
  if (found === null) return await complete({}, "missing");
  const assistantId = known.isOurs ? known.assistantId : null;
  const { patch, applied, isTaken } = numberPatch(found, {
    assistantId,
    webhook,
    applied: known.applied,
  });
  if (patch !== null) await vapi.phoneNumbers.update(id, patch, { signal });
  return await complete(applied, isTaken ? "taken" : "in_step");
}
