import type { Account } from "../account.ts";
import type { AssistantRecord, ToolBody, WebhookServer } from "../records.ts";
import { isFunctionTool } from "../snapshot.ts";

/** A function tool of an assistant, as it is called. */
export interface ResolvedTool {
  name: string;
  definition: ToolBody;
  /** The tool's server, else the assistant's. */
  server: WebhookServer;
}

/**
 * Finds the tool that the model would call by this name: pinned version first, then linked tools, then inline ones. Throws if a real call
 * would break: a dangling id in `toolIds` (whatever tool is called), no tool with that name, no server to send it to.
 */
export function resolveTool(
  account: Account,
  assistant: AssistantRecord,
  name: string,
): ResolvedTool {
  const tools = callableTools(account, assistant).filter(isFunctionTool);
  const definition = tools.find((tool) => tool.function.name === name);
  if (definition === undefined) {
    const names = tools.map((tool) => tool.function.name).join(", ") || "none";
    throw new Error(`Assistant ${assistant.id} has no tool ${name}; its tools: ${names}`);
  }
  const server = definition.server?.url === undefined ? assistant.server : definition.server;
  if (server?.url === undefined) {
    throw new Error(`Tool ${name} has no server.url, and neither has assistant ${assistant.id}`);
  }
  return { name, definition, server: { ...server, url: server.url } };
}

function callableTools(account: Account, { id, model }: AssistantRecord): ToolBody[] {
  const pinned = (model?.toolRefs ?? []).map(({ toolId, version }) => ({
    label: `${toolId} ${version}`,
    tool: account.toolVersion(toolId, version),
  }));
  const linked = (model?.toolIds ?? []).map((toolId) => ({
    label: toolId,
    tool: account.tools.all.get(toolId),
  }));
  const referred = [...pinned, ...linked].map(({ label, tool }) => {
    if (tool === undefined) {
      throw new Error(`Call of assistant ${id} fails: its tool ${label} doesn't exist`);
    }
    return tool;
  });
  return [...referred, ...model?.tools ?? []];
}
