/** Finds our own tools in Vapi's list. */
import { isJsonObject, type JsonValue } from "../json.ts";
import { DEFINITION_HEADER } from "../vapi/call_context.ts";
import type { VapiTool } from "../vapi/port.ts";
import { holdsRedacted } from "./bodies.ts";
import type { CatalogueTool } from "./catalogue.ts";

/**
 * Whether the tool at Vapi is what this catalogue tool would become: same name, same URL, same definition.
 *
 * `exact`: the hash, which is sent in a header of ours, confirms it. `alike`: Vapi hides headers, so only the definition could be
 * compared, and the secret with which the tool was registered is unknown.
 */
export function matchTool(remote: VapiTool, tool: CatalogueTool): "exact" | "alike" | null {
  const { function: wanted, server } = tool.body;
  if (remote.function?.name !== tool.name || remote.server?.url !== server.url) return null;
  const hash = definitionHashOf(remote);
  if (hash !== null) return hash === tool.hash ? "exact" : null;
  return contains(remote.function, wanted) ? "alike" : null;
}

/** The hash in a header of ours; null if it is missing or Vapi hides it. */
export function definitionHashOf({ server }: VapiTool): string | null {
  const headers = server?.["headers"];
  const hash = isJsonObject(headers) ? headers[DEFINITION_HEADER] : undefined;
  return typeof hash === "string" && !holdsRedacted(hash) ? hash : null;
}

export interface Adoptable {
  tool: VapiTool;
  match: "exact" | "alike";
}

/**
 * The first of the tools that is what this catalogue tool would become. Skips those that the registry knows: a retired tool may
 * be about to be deleted.
 */
export function findAdoptable(
  tools: readonly VapiTool[],
  wanted: CatalogueTool,
  known: ReadonlySet<string>,
): Adoptable | null {
  for (const tool of tools) {
    const match = known.has(tool.id) ? null : matchTool(tool, wanted);
    if (match !== null) return { tool, match };
  }
  return null;
}

/** True if `wanted` is contained in `remote`: Vapi adds defaulted keys to what it stores. */
export function contains(remote: JsonValue | undefined, wanted: JsonValue | undefined): boolean {
  if (wanted === undefined) return true;
  if (isJsonObject(wanted)) {
    return isJsonObject(remote) &&
      Object.entries(wanted).every(([key, value]) => contains(remote[key], value));
  }
  if (Array.isArray(wanted)) {
    return Array.isArray(remote) && remote.length === wanted.length &&
      wanted.every((value, index) => contains(remote[index], value));
  }
  return remote === wanted;
}
