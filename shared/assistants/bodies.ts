/** Request bodies for Vapi's assistants, made from settings. */
import { AppError } from "../http/errors.ts";
import { SECRET_HEADER } from "../tools/vapi_tool.ts";
import { isJsonObject, type JsonObject, type JsonValue } from "../json.ts";
import { fieldsOf, variantOf } from "../vapi/contract.ts";
import { functionName, modelOf, moveReferences } from "./observed.ts";
import { clearNativeTool, NATIVE_TOOL_PATHS, setNativeTool } from "./native_tools.ts";
import { splitPrompt, withBlock } from "./prompt_block.ts";
import {
  canHoldBlock,
  CHOICES,
  PARTS,
  PROMPT_BLOCK,
  readSetting,
  SERVER_BACKOFF,
  SERVER_CREDENTIAL,
  SERVER_SECRET,
  SERVER_URL,
  type Settings,
  SYSTEM_PROMPT,
  systemMessage,
} from "./settings.ts";

/** A new assistant, without tools of the catalogue: if the answer is lost, it must not leave a half-linked assistant. */
export function createBody(desired: Settings): JsonObject {
  const body: JsonObject = {};
  for (const [path, value] of Object.entries(desired)) setSetting(body, path, value);
  body["model"] = { ...modelOf(body), toolIds: [] };
  return body;
}

export interface AssistantUpdate {
  send: readonly string[];
  clear: readonly string[];
  link: readonly string[];
  unlink: readonly string[];
  /** Names of inline tools to take out. */
  inline: readonly string[];
  /** References of hooks to move: [old id, new id]. */
  moves?: readonly (readonly [string, string])[];
  newToolIds: readonly string[];
}

/** An update that changes nothing. */
export const NO_CHANGES: AssistantUpdate = {
  send: [],
  clear: [],
  link: [],
  unlink: [],
  inline: [],
  newToolIds: [],
};

/**
 * The PATCH that carries out an update on the assistant as it was just read.
 *
 * Vapi's PATCH is shallow: each top-level key that is sent replaces the whole old value. So a key is sent as a copy of what was
 * read, changed only at our settings, and keys without a change are not sent at all. `alsoTouched` names keys in which
 * `assistant` already differs from Vapi.
 */
export function updateBody(
  assistant: JsonObject,
  desired: Settings,
  update: AssistantUpdate,
  alsoTouched: readonly string[] = [],
): JsonObject {
  const draft = structuredClone(assistant);
  // Removals go first: "off" may replace an object, or an object may replace that "off".
  const others = update.clear.filter((path) => !isProof(path));
  for (const path of others) clearSetting(draft, path);
  const sent = completed(update, draft, desired).filter((path) => {
    const value = desired[path];
    // Our proof is sent only to our own URL: an assistant that we did not create may report to somebody else's.
    const isOurs = isProof(path) || path === SERVER_BACKOFF;
    if (value === undefined || isOurs && !reportsTo(draft, desired)) return false;
    setSetting(draft, path, value);
    return true;
  });
  const cleared = [...others, ...reportsTo(draft, desired) ? update.clear.filter(isProof) : []];
  for (const path of cleared.filter(isProof)) clearSetting(draft, path);

  const touched = new Set([...alsoTouched, ...[...sent, ...cleared].map(topLevelKey)]);
  // Vapi may hide or omit what the server's headers contain, and `server` is replaced as a whole.
  if (touched.has("server") && reportsTo(draft, desired)) {
    for (const path of PROOFS) {
      const value = desired[path];
      if (value !== undefined) setSetting(draft, path, value);
    }
  }
  if (update.link.length + update.unlink.length + update.inline.length > 0) {
    touched.add("model");
    draft["model"] = linkModel(modelOf(draft), update);
  }

  const { moves = [] } = update;
  if (moves.length > 0 && draft["hooks"] !== undefined) {
    touched.add("hooks");
    draft["hooks"] = moveReferences(draft["hooks"], new Map(moves));
  }

  const body = Object.fromEntries(
    [...touched].map((key) => [key, withoutNulls(key, draft[key] ?? null)]),
  );
  const hidden = Object.keys(body).filter((key) => holdsRedacted(body[key] ?? null));
  if (hidden.length > 0) {
    throw new AppError(
      "assistant_redacted",
      `Cannot update ${
        hidden.join(", ")
      } of the assistant: Vapi hides a part of it, and sending that back would erase it`,
      { status: 409 },
    );
  }
  return body;
}

/**
 * Vapi may show null for an absent key, and refuses it where its document does not allow null. What others keep in metadata
 * stays.
 */
function withoutNulls(key: string, value: JsonValue): JsonValue {
  if (!isJsonObject(value) || key === "metadata") return value;
  return Object.fromEntries(Object.entries(value).filter(([, part]) => part !== null));
}

/** The paths, and those that they depend on. */
function completed(
  { send, link, unlink, inline }: AssistantUpdate,
  assistant: JsonObject,
  desired: Settings,
): string[] {
  const isLinking = [link, unlink, inline].some((list) => list.length > 0);
  const parts = PARTS.filter((part) =>
    part === "model" && isLinking || send.some((path) => path.startsWith(`${part}.`))
  );
  const more = parts.flatMap((part) => {
    const provider = `${part}.provider`;
    const seen = readSetting(assistant, provider);
    // If it is absent, or another provider's, it is rebuilt from everything that is wanted of it: Vapi refuses an incomplete one.
    const isChosen = send.some((path) => CHOICES[part].includes(path));
    const isNew = seen === undefined || isChosen && seen !== desired[provider];
    return isNew ? ownPaths(part, desired) : [];
  });
  const paths = new Set([...more, ...send]);
  return [...Object.keys(desired).filter((path) => paths.has(path))];
}

/** What a part of an assistant has with every provider, and keeps when the provider changes. */
const NEUTRAL: Readonly<Record<string, readonly string[]>> = {
  model: [
    "messages",
    "tools",
    "toolIds",
    "toolRefs",
    "knowledgeBase",
    "temperature",
    "maxTokens",
  ],
  voice: ["cachingEnabled", "chunkPlan", "fallbackPlan"],
  transcriber: ["fallbackPlan"],
};

/** Paths of what is wanted of a part and would be lost with its provider. */
function ownPaths(part: string, desired: Settings): string[] {
  return Object.keys(desired).filter((path) => {
    const [parent, key = ""] = path.split(".");
    return parent === part && !NEUTRAL[part]?.includes(key);
  });
}

/** What remains of a part when its provider changes: what both have. */
function handedOver(part: string, value: JsonObject, provider: JsonValue): JsonObject {
  const shape = variantOf(`CreateAssistantDTO.${part}`, String(provider));
  const known = shape === null ? null : fieldsOf(shape).keys;
  const kept =
    NEUTRAL[part]?.filter((key) =>
      value[key] !== undefined && (known === null || Object.hasOwn(known, key))
    ) ?? [];
  return Object.fromEntries(kept.flatMap((key) => {
    const inner = value[key];
    return inner === undefined ? [] : [[key, inner]];
  }));
}

/** The two ways in which an event proves to us that it comes from Vapi. */
const PROOFS: readonly string[] = [SERVER_SECRET, SERVER_CREDENTIAL];

function isProof(path: string): boolean {
  return PROOFS.includes(path);
}

function reportsTo({ server }: JsonObject, desired: Settings): boolean {
  return isJsonObject(server) && server["url"] === desired[SERVER_URL];
}

function linkModel(
  model: JsonObject,
  { newToolIds, unlink, inline }: AssistantUpdate,
): JsonObject {
  const linked: JsonObject = { ...model, toolIds: [...newToolIds] };
  const { tools, toolRefs: refs } = model;
  if (Array.isArray(tools) && inline.length > 0) {
    linked["tools"] = tools.filter((tool) => !inline.some((name) => name === functionName(tool)));
  }
  if (Array.isArray(refs)) {
    linked["toolRefs"] = refs.filter(
      (ref) => !(isJsonObject(ref) && unlink.some((id) => id === ref["toolId"])),
    );
  }
  return linked;
}

function setSetting(body: JsonObject, path: string, value: JsonValue): void {
  if (path === SYSTEM_PROMPT || path === PROMPT_BLOCK) return setPrompt(body, path, value);
  if (path === SERVER_SECRET) return setSecretHeader(body, value);
  if (NATIVE_TOOL_PATHS.includes(path)) return setNativeTool(body, path, value);
  const [parent, key] = path.split(".");
  if (parent === undefined) return;
  if (key === undefined) {
    body[parent] = value;
  } else {
    const part = child(body, parent);
    // Another provider's settings mean nothing to this one.
    const isOther = key === "provider" && part[key] !== value && Object.hasOwn(NEUTRAL, parent);
    if (isOther) body[parent] = handedOver(parent, part, value);
    child(body, parent)[key] = value;
  }
}

/** A hidden header cannot be sent back; ours is known, so it is the one that stays. */
function setSecretHeader(body: JsonObject, secret: JsonValue | undefined): void {
  const server = child(body, "server");
  const headers = isJsonObject(server["headers"]) ? server["headers"] : {};
  const shown = Object.entries(headers).filter(([name, text]) =>
    name.toLowerCase() !== SECRET_HEADER && !holdsRedacted(text)
  );
  const kept = {
    ...Object.fromEntries(shown),
    ...(secret !== undefined && { [SECRET_HEADER]: secret }),
  };
  if (Object.keys(kept).length > 0) server["headers"] = kept;
  else delete server["headers"];
}

function clearSetting(body: JsonObject, path: string): void {
  if (path === SERVER_SECRET) return setSecretHeader(body, undefined);
  if (NATIVE_TOOL_PATHS.includes(path)) return clearNativeTool(body, path);
  const [parent, key] = path.split(".");
  if (parent === undefined) return;
  if (path === "firstMessage") body[parent] = "";
  // A voice cannot exist without its provider.
  else if (key === undefined || path === "voice.provider") delete body[parent];
  else if (isJsonObject(body[parent])) delete body[parent][key];
}

/** Sets the people's part of the prompt, or ours. The other part stays. */
function setPrompt(body: JsonObject, path: string, value: JsonValue): void {
  const message = systemMessage(body);
  if (path === PROMPT_BLOCK && !canHoldBlock(body)) return;
  const content = message?.["content"];
  const parts = splitPrompt(typeof content === "string" ? content : "");
  const { prompt, block } = path === PROMPT_BLOCK
    ? { ...parts, block: String(value) }
    : { ...parts, prompt: String(value) };
  setSystemMessage(body, block === undefined ? prompt : withBlock(prompt, block));
}

function setSystemMessage(body: JsonObject, content: string): void {
  const message = systemMessage(body);
  if (message !== undefined) {
    message["content"] = content;
    return;
  }
  const model = child(body, "model");
  const messages = Array.isArray(model["messages"]) ? model["messages"] : [];
  model["messages"] = [{ role: "system", content }, ...messages];
}

function child(parent: JsonObject, key: string): JsonObject {
  const value = parent[key];
  if (isJsonObject(value)) return value;
  const made: JsonObject = {};
  parent[key] = made;
  return made;
}

/** The assistant's top-level key that the setting at the path belongs to. */
export function topLevelKey(path: string): string {
  return path.split(".", 1)[0] ?? path;
}

/** True if the value, or anything in it, is a placeholder for something that Vapi hides. */
export function holdsRedacted(value: JsonValue): boolean {
  if (typeof value === "string") return value.includes("[REDACTED]");
  if (Array.isArray(value)) return value.some(holdsRedacted);
  return isJsonObject(value) && Object.values(value).some(holdsRedacted);
}
