/** What Vapi would refuse in a save, according to its own document. Loaded with the first save that contains such a field. */
import { isJsonObject, type JsonObject, type JsonValue } from "../../shared/json.ts";
import {
  DEFAULT_TRANSCRIBER,
  languagesOf,
  nearestLanguage,
} from "../../shared/assistants/languages.ts";
import { DEFAULT_MODEL, isWhole, type Part, PARTS } from "../../shared/assistants/settings.ts";
import {
  type ContractError,
  contractErrors,
  fieldsOf,
  patchErrors,
  valuesOf,
  variantOf,
} from "../../shared/vapi/contract.ts";

const ASSISTANT = "CreateAssistantDTO";

/** What `settings` must not contain, and the field to use instead. */
const RESERVED: Readonly<Record<string, string>> = {
  name: "is the field name",
  firstMessage: "is the field firstMessage",
  maxDurationSeconds: "is the field maxDurationSeconds",
  "model.provider": "is the field model",
  "model.model": "is the field model",
  "model.temperature": "is the field model",
  "model.messages": "is the field systemPrompt",
  "model.tools": "is made of the field tools",
  "model.toolIds": "is made of the field tools",
  "model.toolRefs": "is made of the field tools",
  "voice.provider": "is the field voice",
  "voice.voiceId": "is the field voice",
  "transcriber.language": "is the field language",
  metadata: "is set by the platform",
  server: "is set by the platform",
  credentials: "can't be kept here: store it at Vapi, and name it in credentialIds",
};

/** Every reason why Vapi would refuse what the save asks for, with the path of the field in the save. */
export function vapiProblems(agent: JsonObject): ContractError[] {
  const { settings, language } = agent;
  const given = isJsonObject(settings) ? settings : {};
  return [
    ...reservedProblems(given),
    ...PARTS.flatMap((part) => partProblems(part, agent, given)),
    ...Object.entries(given).flatMap(([key, value]) => settingProblems(key, value, agent)),
    ...typeof language === "string" ? languageProblems(language, agent, given) : [],
  ];
}

function reservedProblems(settings: JsonObject): ContractError[] {
  return Object.entries(RESERVED).flatMap(([path, reason]) => {
    const [key = "", inner] = path.split(".");
    const value = settings[key];
    const isThere = inner === undefined
      ? value !== undefined
      : isJsonObject(value) && Object.hasOwn(value, inner);
    return isThere ? [{ path: `settings.${path}`, message: reason }] : [];
  });
}

/**
 * With a field of its own, a model or a voice is complete (together with `settings`); without one, each key must be known to some
 * provider.
 */
function partProblems(part: Part, agent: JsonObject, settings: JsonObject): ContractError[] {
  const field = part === "transcriber" ? undefined : agent[part];
  const extra = withoutNulls(isJsonObject(settings[part]) ? settings[part] : {});
  const isNew = agent["agentId"] === undefined;
  const base = isJsonObject(field) ? field : part === "model" && isNew ? { ...DEFAULT_MODEL } : {};
  const whole = { ...extra, ...base };
  if (Object.keys(whole).length === 0) return [];
  if (whole["provider"] !== undefined) {
    return contractErrors(`${ASSISTANT}.${part}`, whole, part).map((error) =>
      placed(error, part, isJsonObject(field) ? field : {}, extra)
    );
  }
  const given = isNew ? extra : isJsonObject(settings[part]) ? settings[part] : {};
  return Object.entries(given).flatMap(([key, value]) => keyProblems(part, key, value));
}

/** Accepts what any provider accepts: which one it will be is not known here. */
function keyProblems(part: Part, key: string, value: JsonValue): ContractError[] {
  const path = `settings.${part}.${key}`;
  const shapes = (valuesOf(`${ASSISTANT}.${part}`) ?? []).flatMap((provider) =>
    variantOf(`${ASSISTANT}.${part}`, provider) ?? []
  ).filter((shape) => Object.hasOwn(fieldsOf(shape).keys, key));
  if (shapes.length === 0) return [{ path, message: "unknown field" }];
  if (value === null) return [];
  const tried = shapes.map((shape) => patchErrors(`${shape}.${key}`, value, path));
  return tried.some((errors) => errors.length === 0) ? [] : (tried[0] ?? []).map(plain);
}

/** Where the save contains it: in its own field, or among the settings. */
function placed(
  error: ContractError,
  part: Part,
  field: JsonObject,
  extra: JsonObject,
): ContractError {
  const [, key = ""] = error.path.split(".");
  const isExtra = Object.hasOwn(extra, key) && !Object.hasOwn(field, key);
  return plain(isExtra || part === "transcriber" ? moved(error) : error);
}

function moved({ path, message }: ContractError): ContractError {
  return { path: `settings.${path}`, message: message.replace(path, () => `settings.${path}`) };
}

function plain({ path, message }: ContractError): ContractError {
  if (message.endsWith(" should not exist")) return { path, message: "unknown field" };
  return {
    path,
    message: message.startsWith(`${path} `) ? message.slice(path.length + 1) : message,
  };
}

function settingProblems(key: string, value: JsonValue, agent: JsonObject): ContractError[] {
  const path = `settings.${key}`;
  if (PARTS.some((part) => part === key)) {
    return value === null || isJsonObject(value) ? [] : [{ path, message: "must be an object" }];
  }
  if (Object.hasOwn(RESERVED, key)) return [];
  if (!Object.hasOwn(fieldsOf(ASSISTANT).keys, key)) return [{ path, message: "unknown field" }];
  if (value === null) return [];
  if (key === "serverMessages" && Array.isArray(value) && !value.includes("tool-calls")) {
    return [{ path, message: 'must contain "tool-calls", or no tool could be called' }];
  }
  // A setting that is replaced as a whole may change its type.
  const errors = agent["agentId"] === undefined || isWhole(key)
    ? contractErrors(`${ASSISTANT}.${key}`, kept(value), path)
    : patchErrors(`${ASSISTANT}.${key}`, value, path);
  return errors.map(plain);
}

function languageProblems(
  language: string,
  agent: JsonObject,
  { transcriber }: JsonObject,
): ContractError[] {
  const said = isJsonObject(transcriber) ? transcriber["provider"] : undefined;
  const providers = valuesOf(`${ASSISTANT}.transcriber`) ?? [];
  const isAgreed = typeof said === "string" && providers.includes(said);
  const provider = isAgreed ? said : DEFAULT_TRANSCRIBER;
  // The transcriber of an existing agent is not known here.
  const possible = isAgreed || agent["agentId"] === undefined ? [provider] : providers;
  if (possible.some((each) => nearestLanguage(each, language) !== null)) return [];
  const languages = languagesOf(provider) ?? [];
  const message = languages.length === 0
    ? `the transcriber ${provider} takes no language`
    : `the transcriber ${provider} has no ${language}; it has ${languages.join(", ")}`;
  return [{ path: "language", message }];
}

/** What a merge patch leaves when it is applied to nothing. */
function kept(value: JsonValue): JsonValue {
  return isJsonObject(value) ? withoutNulls(value) : value;
}

function withoutNulls(value: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, inner]) => inner === null ? [] : [[key, kept(inner)]]),
  );
}
