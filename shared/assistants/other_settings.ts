/** The settings of an agent that have no field of their own: `settings`, in Vapi's form, path by path. */
import { isJsonObject, type JsonObject, type JsonValue } from "../json.ts";

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
