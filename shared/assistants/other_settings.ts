/** What an agent has at Vapi beyond its own fields: the model by default, and `settings`, in Vapi's form, path by path. */
import { isJsonObject, type JsonObject, type JsonValue } from "../json.ts";

/** The model of an agent whose console chose none. Vapi refuses an assistant without provider and model. */
export const DEFAULT_MODEL = { provider: "openai", model: "gpt-4o" } as const;

/** Objects that are one setting: what kind they are decides which keys they have. */
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
