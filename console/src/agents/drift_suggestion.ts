import type { Drift } from "../../client/results.ts";
import type { Draft, DraftField } from "./draft.ts";

/** Vapi's paths for which the editor has a field. */
const fieldOf: Readonly<Record<string, Exclude<DraftField, "tools" | "role">>> = {
  "name": "name",
  "firstMessage": "firstMessage",
  "maxDurationSeconds": "maxDurationSeconds",
  "model.messages.system": "systemPrompt",
  "model.provider": "modelProvider",
  "model.model": "model",
  "model.temperature": "temperature",
  "voice.provider": "voiceProvider",
  "voice.voiceId": "voiceId",
};

/** What the editor would contain if Vapi's value were taken over; undefined for a setting without a field. */
export function suggestionOf({ path, observed }: Drift): Partial<Draft> | undefined {
  const field = fieldOf[path];
  if (field === undefined || (typeof observed === "object" && observed !== null)) return undefined;
  return { [field]: observed === null || observed === undefined ? "" : String(observed) };
}
