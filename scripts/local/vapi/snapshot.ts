import type { Snapshot } from "./journal.ts";
import type { AssistantRecord, ToolBody } from "./records.ts";

/** Ids in `toolIds` and `toolRefs` of tools that don't exist. */
export function danglingToolIds(
  { tools }: Pick<Snapshot, "tools">,
  assistant: AssistantRecord,
): string[] {
  return linkedToolIds(assistant).filter((id) => !tools.has(id));
}

/** Every id in `toolIds` and `toolRefs`. */
export function linkedToolIds({ model }: AssistantRecord): string[] {
  return [...model?.toolIds ?? [], ...(model?.toolRefs ?? []).map((ref) => ref.toolId)];
}

/**
 * Names of the function tools that the assistant could call at that moment. A dangling id breaks a call as a whole, so with one there is no
 * working tool.
 */
export function workingToolNames(
  snapshot: Pick<Snapshot, "tools">,
  assistant: AssistantRecord,
): Set<string> {
  if (danglingToolIds(snapshot, assistant).length > 0) return new Set();
  const linked = linkedToolIds(assistant).map((id) => snapshot.tools.get(id));
  const tools = [...linked, ...assistant.model?.tools ?? []];
  return new Set(tools.flatMap((tool) => isFunctionTool(tool) ? [tool.function.name] : []));
}

type FunctionTool = ToolBody & { function: NonNullable<ToolBody["function"]> };

/** A function tool that has a function: only such a tool can be called by name. */
export function isFunctionTool(tool: ToolBody | undefined): tool is FunctionTool {
  return tool?.type === "function" && tool.function !== undefined;
}
