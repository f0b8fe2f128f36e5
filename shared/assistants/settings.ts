/**
 * The settings of an assistant that are ours: what an agent in the console asks for, one by one.
 *
 * A setting is one value at one path of Vapi's assistant (`model.temperature`, `voice.voiceId`, …). Working on settings lets an
 * update touch only what the console changed: everything that is not a setting here, and every setting that the console left
 * alone, stays as Vapi has it.
 */
import { sha256 } from "@noble/hashes/sha2.js";
import { canonicalize, toHex } from "../hash.ts";
import { isJsonObject, type JsonObject, type JsonValue } from "../json.ts";
import { BACKOFF_PLAN } from "../tools/vapi_tool.ts";
import { contractErrors, fieldsOf, variantOf } from "../vapi/contract.ts";
import type { SyncAgent } from "./job.ts";
import { DEFAULT_TRANSCRIBER, nearestLanguage } from "./languages.ts";
import { NATIVE_TOOL_PATHS, nativeTools, readNativeTool } from "./native_tools.ts";
import { blockWording, promptBlock, splitPrompt } from "./prompt_block.ts";

/** Path of the one setting that is inside a list: the first system message, as people wrote it. */
export const SYSTEM_PROMPT = "model.messages.system";

/** Path of our part of that message: what the model is told about the clinic. */
export const PROMPT_BLOCK = "model.messages.system.clinicFacts";

/** Path of the webhook secret: Vapi never returns it, so only our own record tells whether it has changed. */
export const SERVER_SECRET = "server.secret";

/** Path of the credential at Vapi that replaces the secret. */
export const SERVER_CREDENTIAL = "server.credentialId";

/** Path of the URL to which the events of a call are sent. */
export const SERVER_URL = "server.url";

/** Path of the plan by which Vapi repeats an event of a call that did not reach us. */
export const SERVER_BACKOFF = "server.backoffPlan";

/**
 * Every setting that has a field in the agent, in the order in which they are set: setting a voice's provider clears the settings
 * of another one.
 */
export const SETTING_PATHS: readonly string[] = [
  "name",
  "firstMessage",
  "maxDurationSeconds",
  "model.provider",
  "model.model",
  "model.temperature",
  SYSTEM_PROMPT,
  PROMPT_BLOCK,
  ...NATIVE_TOOL_PATHS,
  "voice.provider",
  "voice.voiceId",
  "transcriber.provider",
  "transcriber.language",
  "metadata.agent_id",
  "metadata.org_id",
  SERVER_URL,
  SERVER_BACKOFF,
  SERVER_SECRET,
  SERVER_CREDENTIAL,
];

/** Defaults that nobody chose: only for an assistant that has nothing of the kind. */
export const DEFAULT_PATHS: readonly string[] = ["transcriber.provider"];

/**
 * Settings that only we write, on any assistant: any other value is replaced, as a missing tool is linked. The metadata is how a
 * call that names only a squad finds its organization.
 */
export const OWN_PATHS: readonly string[] = [
  PROMPT_BLOCK,
  "metadata.agent_id",
  "metadata.org_id",
];

/** Settings that Vapi can do without. Of the others, a value that the console removes stays at Vapi. */
const CLEARABLE_PATHS: readonly string[] = [
  "firstMessage",
  "maxDurationSeconds",
  "model.temperature",
  // The whole voice goes with its provider.
  "voice.provider",
  "transcriber.language",
  SERVER_SECRET,
  SERVER_CREDENTIAL,
];

/** Settings that follow our deployment only while Vapi still has what we applied: an assistant may report to somebody else. */
export const FOLLOWING_PATHS: readonly string[] = [SERVER_URL];

/** True for a setting that Vapi can do without, such as any that has no field of its own. */
export function isClearable(path: string): boolean {
  return CLEARABLE_PATHS.includes(path) || !SETTING_PATHS.includes(path);
}

export type Settings = Record<string, JsonValue>;

/**
 * Path of a setting → fingerprint of its value. This is what the database stores of an apply: short values as they are, a digest
 * of long ones and of the secret.
 */
export type Fingerprints = Record<string, string>;

export interface Webhook {
  url: string;
  secret: string;
  /** A credential stored at Vapi, which replaces the secret. */
  credentialId?: string;
}

/**
 * Distinguishes what one deployment writes on every assistant from what another writes, without revealing its secret: where they
 * report, with which proof, and in which words their models are told about their clinics.
 */
export function webhookFingerprint(
  { url, secret, credentialId }: Webhook,
  wording: string = blockWording(),
): string {
  const proof = credentialId ? { credentialId } : { secret };
  return fingerprint(SERVER_SECRET, { url, ...proof, backoffPlan: { ...BACKOFF_PLAN }, wording });
}

/** Parts of an assistant that come in several kinds, distinguished by their `provider`. */
export type Part = "model" | "voice" | "transcriber";
export const PARTS: readonly Part[] = ["model", "voice", "transcriber"];

/** Providers that an assistant has and keeps: whoever chose them, the console asks for no other now. */
export type KeptProviders = Readonly<Partial<Record<Part, string>>>;

/** Paths that together determine a part: a model's name or a voice's id means nothing to another provider. */
export const CHOICES: Readonly<Record<Part, readonly string[]>> = {
  model: ["model.provider", "model.model"],
  voice: ["voice.provider", "voice.voiceId"],
  transcriber: ["transcriber.provider"],
};

/** What the agent wants a part to be; empty if it leaves that to Vapi. */
export function askedChoice({ model, voice, settings }: SyncAgent, part: Part): Settings {
  const given =
    { model: model ?? DEFAULT_MODEL, voice, transcriber: settings["transcriber"] }[part];
  const fields = settingEntries({ [part]: isJsonObject(given) ? given : {} });
  return Object.fromEntries(fields.filter(([path]) => CHOICES[part].includes(path)));
}

/** Paths of everything that the console sets in the parts and in `settings`. */
export function askedPaths({ model, voice, settings }: SyncAgent): ReadonlySet<string> {
  const fields = settingEntries({ model: { ...model }, voice: { ...voice } });
  return new Set([...fields, ...settingEntries(settings)].map(([path]) => path));
}

/** The settings that the agent asks for: those of SETTING_PATHS in that order, then the others. */
export function desiredSettings(
  agent: SyncAgent,
  webhook: Webhook,
  kept: KeptProviders = {},
): Settings {
  const settings: Settings = {
    ...Object.fromEntries(settingEntries(agent.settings)),
    name: agent.name,
    // A prompt that was copied from Vapi's dashboard contains the block.
    [SYSTEM_PROMPT]: splitPrompt(agent.systemPrompt).prompt,
    [PROMPT_BLOCK]: promptBlock(agent.clinic),
    ...nativeTools(agent.clinic, agent.language),
    "metadata.agent_id": agent.id,
    "metadata.org_id": agent.orgId,
    [SERVER_URL]: webhook.url,
    [SERVER_BACKOFF]: { ...BACKOFF_PLAN },
    ...(webhook.credentialId === undefined
      ? { [SERVER_SECRET]: webhook.secret }
      : { [SERVER_CREDENTIAL]: webhook.credentialId }),
  };
  const nested = { model: agent.model ?? DEFAULT_MODEL, voice: agent.voice ?? {} };
  for (const [parent, given] of Object.entries(nested)) {
    for (const [key, value] of Object.entries(given)) settings[`${parent}.${key}`] = value;
  }
  if (agent.firstMessage !== null) settings["firstMessage"] = agent.firstMessage;
  if (agent.maxDurationSeconds !== null) settings["maxDurationSeconds"] = agent.maxDurationSeconds;
  const isHeard = agent.language !== null ||
    Object.keys(settings).some((path) => path.startsWith("transcriber."));
  if (isHeard) settings["transcriber.provider"] ??= kept.transcriber ?? DEFAULT_TRANSCRIBER;
  const language = agent.language === null
    ? null
    : nearestLanguage(String(settings["transcriber.provider"]), agent.language);
  if (language !== null) settings["transcriber.language"] = language;
  // Postgres orders the keys of a voice in its own way.
  const others = Object.keys(settings).filter((path) => isTaken(path, settings, kept)).sort();
  const paths = new Set([...SETTING_PATHS, ...others]);
  return Object.fromEntries(
    [...paths].flatMap((path) => settings[path] === undefined ? [] : [[path, settings[path]]]),
  );
}

/** The least that an assistant needs, on a model that Vapi surely has. */
export function bareSettings(settings: Settings): Settings {
  const kept = Object.entries(settings).filter(([path]) =>
    path === "name" || path.startsWith(SYSTEM_PROMPT) || /^(metadata|server)\./.test(path)
  );
  return {
    "model.provider": DEFAULT_MODEL.provider,
    "model.model": DEFAULT_MODEL.model,
    ...Object.fromEntries(kept),
  };
}

/**
 * False if the provider of the part does not have this setting, or has other values for it: it was meant for another provider. A
 * voice without a chosen provider takes nothing.
 */
function isTaken(path: string, settings: Settings, kept: KeptProviders): boolean {
  const key = path.split(".")[1];
  const part = PARTS.find((each) => path.startsWith(`${each}.`));
  if (key === undefined || part === undefined || SETTING_PATHS.includes(path)) return true;
  const provider = kept[part] ?? settings[`${part}.provider`];
  if (provider === undefined) return false;
  const shape = variantOf(`CreateAssistantDTO.${part}`, String(provider));
  if (shape === null) return true;
  return Object.hasOwn(fieldsOf(shape).keys, key) &&
    contractErrors(`${shape}.${key}`, settings[path]).length === 0;
}

/** The value at the path of an assistant as Vapi returned it; undefined if it has none. */
export function readSetting(assistant: JsonObject, path: string): JsonValue | undefined {
  if (path === SERVER_SECRET) return undefined;
  if (NATIVE_TOOL_PATHS.includes(path)) return readNativeTool(assistant, path);
  if (path === SYSTEM_PROMPT || path === PROMPT_BLOCK) {
    const content = systemMessage(assistant)?.["content"];
    if (typeof content !== "string") return path === SYSTEM_PROMPT ? content : undefined;
    const { prompt, block } = splitPrompt(content);
    return path === SYSTEM_PROMPT ? prompt : block;
  }
  let value: JsonValue | undefined = assistant;
  for (const key of path.split(".")) {
    if (!isJsonObject(value)) return undefined;
    value = value[key];
  }
  // Vapi may show null for an absent value.
  return value ?? undefined;
}

/** The first system message of an assistant's model. */
export function systemMessage(assistant: JsonObject): JsonObject | undefined {
  const model = assistant["model"];
  const messages = isJsonObject(model) ? model["messages"] : undefined;
  if (!Array.isArray(messages)) return undefined;
  return messages.filter(isJsonObject).find((message) => message["role"] === "system");
}

/** False for a system message that is not text: it stays as it is. */
export function canHoldBlock(assistant: JsonObject): boolean {
  const message = systemMessage(assistant);
  return message === undefined || typeof message["content"] === "string";
}

/** A short text that is equal for equal values: the canonical JSON, or its digest if that is long. */
export function fingerprint(path: string, value: JsonValue): string {
  const text = canonicalize(value);
  if (text.length <= 64 && path !== SERVER_SECRET) return text;
  // Plans are pure and do not wait for Web Crypto; `node:crypto` adds as much to a cold start as zod.
  return `sha256:${toHex(sha256(new TextEncoder().encode(`${path}\n${text}`))).slice(0, 32)}`;
}

/** Fingerprints of all settings. */
export function fingerprints(settings: Settings): Fingerprints {
  return Object.fromEntries(
    Object.entries(settings).map(([path, value]) => [path, fingerprint(path, value)]),
  );
}

/** The model of an agent for which the console chose none. Vapi refuses an assistant without provider and model. */
export const DEFAULT_MODEL = { provider: "openai", model: "gpt-4o" } as const;

/** Objects that are one setting: their kind decides which keys they have. */
const WHOLE: readonly string[] = ["voicemailDetection"];

export function isWhole(key: string): boolean {
  return WHOLE.includes(key);
}

/** {artifactPlan: {recordingEnabled: false}, backgroundSound: "off"} → [["artifactPlan.recordingEnabled", false], ["backgroundSound", "off"]] */
export function settingEntries(settings: JsonObject): [path: string, value: JsonValue][] {
  return Object.entries(settings).flatMap(([key, value]): [string, JsonValue][] =>
    isJsonObject(value) && !isWhole(key)
      ? Object.entries(value).map(([inner, each]) => [`${key}.${inner}`, each])
      : [[key, value]]
  );
}
