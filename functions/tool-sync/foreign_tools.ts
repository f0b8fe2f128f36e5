/** Tool ids of an assistant that the registry does not know: those that we deleted, and those that others made. */
import { z } from "zod";
import { isNative } from "../../shared/assistants/native_tools.ts";
import type { RegistryView } from "../../shared/assistants/catalogue.ts";
import type { Db } from "../../shared/db.ts";
import type { VapiTools } from "../../shared/vapi/port.ts";

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

export interface ToolNames {
  /**
   * Id → name, for those of the ids that Vapi has a function tool for, or one of its own that our agents have too. At most one read
   * of the whole list.
   */
  of(ids: readonly string[], signal: AbortSignal): Promise<ReadonlyMap<string, string>>;
}

/** Creates an empty memory. One list is cheaper than a look at each, and where there is one hand-made tool there are several. */
export function createToolNames(vapi: Pick<VapiTools, "pages">): ToolNames {
  /** Null for an id that Vapi's list does not have, or that is neither. */
  const known = new Map<string, string | null>();
  let reading: Promise<void> | null = null;

  async function readList(signal: AbortSignal): Promise<void> {
    for await (const page of vapi.pages({ signal })) {
      for (const { id, type, function: definition } of page) {
        known.set(id, isNative(type) ? type : definition?.name ?? null);
      }
    }
  }

  return {
    async of(ids, signal) {
      while (ids.some((id) => !known.has(id))) {
        // A list that somebody else's call began to read may have passed the place of these ids, so look again after it.
        const mine = reading === null;
        await (reading ??= readList(signal).finally(() => reading = null));
        if (mine) { for (const id of ids) if (!known.has(id)) known.set(id, null); }
      }
      return new Map(
        ids.flatMap((id) => {
          const name = known.get(id) ?? null;
          return name === null ? [] : [[id, name] as const];
        }),
      );
    },
  };
}
