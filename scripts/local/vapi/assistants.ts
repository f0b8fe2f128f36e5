import type { AccountState } from "./account_state.ts";
import { jsonbOrder } from "./jsonb_order.ts";
import { parseBody } from "./parse_body.ts";
import { type AssistantRecord, nextVersion } from "./records.ts";
import { notFound } from "./refusal.ts";
import { type AssistantBody, assistantBodySchema, assistantKeys } from "./schemas/assistant.ts";
import type { Model } from "./schemas/model.ts";

const defaults: AssistantBody = {
  firstMessageMode: "assistant-speaks-first",
  firstMessageInterruptionsEnabled: false,
  maxDurationSeconds: 600,
};

/** `POST /assistant`. Names aren't unique. */
export function createAssistant(state: AccountState, body: unknown): AssistantRecord {
  const { values } = parseBody(assistantBodySchema, body, assistantKeys);
  const record: AssistantRecord = { ...state.newStored(), ...defaults, ...stored(values) };
  state.putAssistant(record);
  return record;
}

/** `GET /assistant/:id`; throws 404. */
export function getAssistant(state: AccountState, id: string): AssistantRecord {
  const record = state.assistants.get(id);
  if (record === undefined) throw notFound(`Assistant ${id} not found`);
  return record;
}

/**
 * `PATCH /assistant/:id`: shallow. A top-level key that is sent replaces its whole value (a `model`
 * without messages loses the prompt), the others stay, null clears. There is no ETag.
 */
export function updateAssistant(state: AccountState, id: string, body: unknown): AssistantRecord {
  const before = getAssistant(state, id);
  const { values, cleared } = parseBody(assistantBodySchema, body, assistantKeys);
  const record: AssistantRecord = {
    ...before,
    ...stored(values),
    updatedAt: state.timestamp(),
    latestVersion: nextVersion(before.latestVersion),
  };
  for (const key of cleared) Reflect.deleteProperty(record, key);
  state.putAssistant(record);
  return record;
}

/** `DELETE /assistant/:id`. */
export function deleteAssistant(state: AccountState, id: string): AssistantRecord {
  const record = getAssistant(state, id);
  state.removeAssistant(record);
  return record;
}

function stored(values: AssistantBody): AssistantBody {
  const ordered = jsonbOrder(values);
  return ordered.model === undefined ? ordered : { ...ordered, model: pinned(ordered.model) };
}

/** An id in both `toolIds` and `toolRefs` is dropped from `toolIds` on writing. */
function pinned<M extends Model>(model: M): M {
  const { toolIds, toolRefs } = model;
  if (toolIds === undefined || toolRefs === undefined) return model;
  const refs = new Set(toolRefs.map((ref) => ref.toolId));
  return { ...model, toolIds: toolIds.filter((id) => !refs.has(id)) };
}
