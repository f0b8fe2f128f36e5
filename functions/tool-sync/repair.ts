/** Repairs what a verification found wrong with an assistant. */
import { isJsonObject, type JsonObject } from "../../shared/json.ts";
import type { Repair } from "../../shared/assistants/job.ts";
import { modelOf } from "../../shared/assistants/observed.ts";

export interface Repaired {
  /** The assistant that the plan should start from. */
  assistant: JsonObject;
  /** Top-level keys that differ from what Vapi has. */
  touched: string[];
}

export interface RepairContext {
  /** Ids of our tools. */
  ours: ReadonlySet<string>;
  /** Where assistants report to. Their proof of identity is sent along whenever their server is updated. */
  serverUrl: string;
}

/** Repairs a copy of the assistant. */
export function repairAssistant(
  assistant: JsonObject,
  repair: Repair,
  { ours, serverUrl }: RepairContext,
): Repaired {
  const { unlink, unpin, hearToolCalls, server } = repair;
  const model = modelOf(assistant);
  const toolIds = Array.isArray(model["toolIds"]) ? model["toolIds"] : [];
  const refs = Array.isArray(model["toolRefs"]) ? model["toolRefs"].filter(isJsonObject) : [];
  const refId = (ref: JsonObject) => typeof ref["toolId"] === "string" ? ref["toolId"] : "";
  const pinned = unpin ? refs.map(refId).filter((id) => ours.has(id)) : [];
  const leaving = (id: string) => unlink.includes(id);

  const touched: string[] = [];
  const repaired: JsonObject = { ...assistant };
  const newToolIds = [...new Set([...toolIds.filter((id) => !leaving(String(id))), ...pinned])];
  const newRefs = refs.filter((ref) => !leaving(refId(ref)) && !pinned.includes(refId(ref)));
  if (newToolIds.length !== toolIds.length || newRefs.length !== refs.length) {
    repaired["model"] = {
      ...model,
      toolIds: newToolIds,
      ...(refs.length > 0 && { toolRefs: newRefs }),
    };
    touched.push("model");
  }

  const messages = assistant["serverMessages"];
  if (hearToolCalls && Array.isArray(messages) && !messages.includes("tool-calls")) {
    repaired["serverMessages"] = [...messages, "tool-calls"];
    touched.push("serverMessages");
  }
  if (server) {
    const found = isJsonObject(assistant["server"]) ? assistant["server"] : {};
    repaired["server"] = { ...found, url: serverUrl };
    touched.push("server");
  }
  return { assistant: repaired, touched };
}
