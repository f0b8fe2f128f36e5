/** A record of the hand-made tools that ours took the place of, so that nothing is lost that somebody may want back. */
import { isJsonObject, type JsonObject } from "../../shared/json.ts";
import { functionName, modelOf } from "../../shared/assistants/observed.ts";
import type { ConflictingTool } from "../../shared/assistants/plan.ts";

/**
 * A tool that was unlinked still exists at Vapi: its id is enough. An inline one existed in the assistant only: its definition
 * is kept, without headers and secrets.
 */
export function replacedTools(
  assistant: JsonObject,
  { conflictingTools, inline }: {
    conflictingTools: readonly ConflictingTool[];
    inline: readonly string[];
  },
): JsonObject[] {
  const { tools } = modelOf(assistant);
  const removed = (Array.isArray(tools) ? tools : []).filter(isJsonObject).filter((tool) =>
    inline.some((name) => name === functionName(tool))
  );
  return [
    ...conflictingTools.map(({ name, vapiToolId }) => ({ name, from: "toolIds", vapiToolId })),
    ...removed.map((tool) => ({
      name: functionName(tool),
      from: "tools",
      definition: {
        type: tool["type"] ?? null,
        function: tool["function"] ?? null,
        messages: tool["messages"] ?? null,
        server: { url: isJsonObject(tool["server"]) ? tool["server"]["url"] ?? null : null },
      },
    })),
  ];
}
