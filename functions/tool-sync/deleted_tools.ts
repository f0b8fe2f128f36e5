/** Tools that were ours and are deleted: restoring an old version of an assistant brings their ids back, and each breaks its calls. */
import { z } from "zod";
import type { Db } from "../../shared/db.ts";
import type { RegistryView } from "../../shared/assistants/catalogue.ts";

const idsSchema = z.array(z.string());

/** The registry, in which those among the ids that we deleted count as retired: they are taken off with the retired ones. */
export async function withDeleted(
  db: Pick<Db, "rpc">,
  view: RegistryView,
  { foreignIds, signal }: { foreignIds: readonly string[]; signal: AbortSignal },
): Promise<RegistryView> {
  if (foreignIds.length === 0) return view;
  const deleted = idsSchema.parse(
    await db.rpc("deleted_tools", { p_vapi_tool_ids: [...new Set(foreignIds)] }, { signal }),
  );
  return deleted.length === 0 ? view : { ...view, retired: [...view.retired, ...deleted] };
}
