/**
 * The tools of Vapi's own that our agents have: only these can end a call, or hand it to a person. They are inline in an
 * assistant, one per type. One that somebody else added, linked or edited is theirs: it stays, and ours is not added.
 */
import { isJsonObject, type JsonObject, type JsonValue } from "../json.ts";
import { sayIn } from "../tools/readers/speak.ts";
import { inEachLanguage } from "../tools/vapi_tool.ts";
import type { Clinic } from "./job.ts";

export const TRANSFER_CALL = "model.tools.transferCall";
const END_CALL = "model.tools.endCall";

/** Paths of these tools among the settings. */
export const NATIVE_TOOL_PATHS: readonly string[] = [TRANSFER_CALL, END_CALL];

/** True if it is the type of one of them. */
export function isNative(type: string): boolean {
  return NATIVE_TOOL_PATHS.includes(`model.tools.${type}`);
}

/**
 * The tools as they are sent. A person who is always available is named in the tool; otherwise Vapi asks our webhook at the
 * moment of the transfer, which knows the hours and what to say instead.
 */
export function nativeTools(
  { transfer: { phone, isAlways } }: Clinic,
  language: string | null,
): Record<string, JsonObject> {
  const transferCall: JsonObject = { type: "transferCall" };
  if (phone !== null && isAlways) {
    const message = sayIn(language ?? "en", "I am connecting you now.");
    const description = "A person at the clinic";
    transferCall["destinations"] = [{ type: "number", number: phone, message, description }];
  } else if (phone !== null) {
    transferCall["messages"] = [
      inEachLanguage({ type: "request-start", content: "One moment, please." }),
    ];
  }
  return { [TRANSFER_CALL]: transferCall, [END_CALL]: { type: "endCall" } };
}

/** The tool that the assistant has at the path, without what Vapi adds itself; undefined if it has none. */
export function readNativeTool(assistant: JsonObject, path: string): JsonObject | undefined {
  const tool = toolsOf(assistant).find((each) => isOfType(each, path));
  if (!isJsonObject(tool)) return undefined;
  const { id: _, orgId: _org, createdAt: _at, updatedAt: _on, function: _as, ...own } = tool;
  const said = withoutDefaults(own);
  return isJsonObject(said) ? said : undefined;
}

/** Replaces the tool of the same type, or appends the tool. */
export function setNativeTool(assistant: JsonObject, path: string, value: JsonValue): void {
  const tools = toolsOf(assistant);
  const index = tools.findIndex((each) => isOfType(each, path));
  const model = isJsonObject(assistant["model"]) ? assistant["model"] : {};
  assistant["model"] = {
    ...model,
    tools: index === -1 ? [...tools, value] : tools.with(index, value),
  };
}

export function clearNativeTool(assistant: JsonObject, path: string): void {
  const { model } = assistant;
  const index = toolsOf(assistant).findIndex((each) => isOfType(each, path));
  if (index === -1 || !isJsonObject(model)) return;
  model["tools"] = toolsOf(assistant).toSpliced(index, 1);
}

function toolsOf({ model }: JsonObject): JsonValue[] {
  return isJsonObject(model) && Array.isArray(model["tools"]) ? model["tools"] : [];
}

function isOfType(tool: JsonValue, path: string): boolean {
  return isJsonObject(tool) && path === `model.tools.${tool["type"]}`;
}

/** Vapi returns keys that nobody sent: empty ones, and defaults. */
function withoutDefaults(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.map(withoutDefaults);
  if (!isJsonObject(value)) return value;
  const kept = Object.entries(value).filter(([key, part]) =>
    part !== null && part !== false && !isEmpty(part) &&
    !(key === "numberE164CheckEnabled" && part === true) &&
    !(key === "transferPlan" && isBlind(part))
  );
  return Object.fromEntries(kept.map(([key, part]) => [key, withoutDefaults(part)]));
}

function isEmpty(value: JsonValue): boolean {
  return Array.isArray(value) && value.length === 0 ||
    isJsonObject(value) && Object.keys(value).length === 0;
}

/** How Vapi transfers calls by default. */
function isBlind(plan: JsonValue): boolean {
  return isJsonObject(plan) && plan["mode"] === "blind-transfer" &&
    Object.entries(plan).every(([key, value]) =>
      key === "mode" || key === "sipVerb" && value === "refer"
    );
}
