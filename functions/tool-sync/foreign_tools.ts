/** Tool ids on an assistant that the registry does not know: some we deleted, others were made by other people. */
import { z } from "zod";
import { isNative } from "../../shared/assistants/native_tools.ts";
import type { RegistryView } from "../../shared/assistants/catalogue.ts";
import type { Db } from "../../shared/db.ts";
import type { VapiTools } from "../../shared/vapi/port.ts";

const idsSchema = z.array(z.string());

/** The registry, with the given ids that we deleted counted as retired: they are unlinked like retired ones. */
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
   * Id → name, for those ids that are function tools at Vapi, or a tool of Vapi's own that our agents have too. Reads the whole
   * list once at most.
   */
  of(ids: readonly string[], signal: AbortSignal): Promise<ReadonlyMap<string, string>>;
}

/** Creates an empty memory. One list is cheaper than one GET per tool, and hand-made tools seldom come alone. */
export function createToolNames(vapi: Pick<VapiTools, "pages">): ToolNames {
  /** Null for an id that is not in Vapi's list, or is neither. */
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
        // A list whose reading another call began may already be past the place of these ids: then read it again.
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
