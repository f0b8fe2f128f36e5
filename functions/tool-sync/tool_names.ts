/** Names of tools that we did not register, looked up in Vapi's list and remembered. */
import type { VapiTools } from "../../shared/vapi/port.ts";

export interface ToolNames {
  /** Id → function name, for those of the ids that Vapi has a function tool for. At most one read of the whole list. */
  of(ids: readonly string[], signal: AbortSignal): Promise<ReadonlyMap<string, string>>;
}

/** Creates an empty memory. One list is cheaper than a look at each, and hand-made tools come in numbers. */
export function createToolNames(vapi: Pick<VapiTools, "pages">): ToolNames {
  /** Null for an id that Vapi's list does not have, or that is no function. */
  const known = new Map<string, string | null>();
  let reading: Promise<void> | null = null;

  async function readList(signal: AbortSignal): Promise<void> {
    for await (const page of vapi.pages({ signal })) {
      for (const { id, function: definition } of page) known.set(id, definition?.name ?? null);
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
