import type { AccountState } from "./account_state.ts";
import { jsonbOrder } from "./jsonb_order.ts";
import { parseBody } from "./parse_body.ts";
import { nextVersion, type ToolRecord } from "./records.ts";
import { badRequest, notFound, toolPinned } from "./refusal.ts";
import {
  createToolSchema,
  toolKeys,
  updateFunctionToolSchema,
  updateNativeToolSchema,
} from "./schemas/tool.ts";

/** `POST /tool`. Names aren't unique: the same body sent twice makes two tools. */
export function createTool(state: AccountState, body: unknown): ToolRecord {
  const { values } = parseBody(createToolSchema, body, toolKeys);
  const defaults = values.type === "function" ? { async: false, messages: [] } : {};
  const record: ToolRecord = { ...state.newStored(), ...defaults, ...jsonbOrder(values) };
  state.putTool(record);
  return record;
}

/** `GET /tool/:id`; throws 404. */
export function getTool(state: AccountState, id: string): ToolRecord {
  const record = state.tools.get(id);
  if (record === undefined) throw notFound(`Tool ${id} not found`);
  return record;
}

/** `PATCH /tool/:id`: a key that is sent replaces its whole value, the others stay. */
export function updateTool(state: AccountState, id: string, body: unknown): ToolRecord {
  const before = getTool(state, id);
  const after = before.type === "function"
    ? patchFunctionTool(before, body)
    : patchNativeTool(before, body);
  const record: ToolRecord = {
    ...after,
    updatedAt: state.timestamp(),
    latestVersion: nextVersion(before.latestVersion),
  };
  state.putTool(record);
  return record;
}

/**
 * `DELETE /tool/:id`. Assistants keep the id in their `toolIds`, where it dangles and breaks calls;
 * a version pinned in `toolRefs` refuses the deletion.
 */
export function deleteTool(state: AccountState, id: string): ToolRecord {
  const record = getTool(state, id);
  if (state.isPinned(id)) throw toolPinned(id);
  state.removeTool(record);
  return record;
}

type FunctionTool = Extract<ToolRecord, { type: "function" }>;
type NativeTool = Exclude<ToolRecord, { type: "function" }>;

function patchFunctionTool(before: FunctionTool, body: unknown): FunctionTool {
  const { values, cleared } = parseBody(updateFunctionToolSchema, body, toolKeys);
  return { ...without(before, cleared), ...jsonbOrder(values), type: "function" };
}

function patchNativeTool(before: NativeTool, body: unknown): NativeTool {
  const { values } = parseBody(updateNativeToolSchema, body, new Set());
  if (values.type !== undefined && values.type !== before.type) {
    throw badRequest([`type must be one of the following values: ${before.type}`]);
  }
  return { ...before, ...jsonbOrder(values), type: before.type };
}

function without<T extends object>(record: T, keys: string[]): T {
  if (keys.length === 0) return record;
  const copy = { ...record };
  for (const key of keys) Reflect.deleteProperty(copy, key);
  return copy;
}
