/** An agent in the editor: plain text per field, "" for what is left to Vapi. */
import * as z from "zod/mini";
import type { AgentChange, NewAgent } from "../../../functions/agent-save/body.ts";
import type { Tables } from "../../../shared/database_types.ts";
import type { JsonValue } from "../../../shared/json.ts";

export interface Draft {
  readonly name: string;
  readonly role: "inbound" | "outbound";
  readonly systemPrompt: string;
  readonly firstMessage: string;
  readonly language: string;
  readonly voiceProvider: string;
  readonly voiceId: string;
  readonly modelProvider: string;
  readonly model: string;
  readonly temperature: string;
  readonly maxDurationSeconds: string;
  /** Null: all of them, including later ones. */
  readonly tools: readonly string[] | null;
}
export type DraftField = keyof Draft;

export const emptyDraft: Draft = {
  name: "",
  role: "inbound",
  systemPrompt: "",
  firstMessage: "",
  language: "",
  voiceProvider: "",
  voiceId: "",
  modelProvider: "",
  model: "",
  temperature: "",
  maxDurationSeconds: "",
  tools: null,
};

type Row = Tables<"agents">;

/** Values that came as JSON stay JSON. */
const json = z.custom<JsonValue>();
const voiceSchema = z.catch(
  z.catchall(z.object({ provider: z.string(), voiceId: z.string() }), json),
  { provider: "", voiceId: "" },
);
const modelSchema = z.catch(
  z.catchall(
    z.object({ provider: z.string(), model: z.string(), temperature: z.optional(z.number()) }),
    json,
  ),
  { provider: "", model: "" },
);

export function draftOf(row: Row): Draft {
  const voice = voiceSchema.parse(row.voice);
  const model = modelSchema.parse(row.model);
  return {
    name: row.name,
    role: row.role === "outbound" ? "outbound" : "inbound",
    systemPrompt: row.system_prompt,
    firstMessage: row.first_message ?? "",
    language: row.language ?? "",
    voiceProvider: voice.provider,
    voiceId: voice.voiceId,
    modelProvider: model.provider,
    model: model.model,
    temperature: model.temperature?.toString() ?? "",
    maxDurationSeconds: row.max_duration_seconds?.toString() ?? "",
    tools: row.tools,
  };
}

/** The body of the first save. */
export function newAgentOf(orgId: string, draft: Draft): NewAgent {
  const { name, role, systemPrompt } = draft;
  return { orgId, name, role, systemPrompt, ...changes(emptyDraft, draft, {}) };
}

/** The body of a later save: what differs from the row that was edited, and nothing else. */
export function agentChangeOf(row: Row, draft: Draft, version: number): AgentChange {
  return { agentId: row.id, version, ...changes(draftOf(row), draft, row) };
}

export function isChanged(base: Draft, draft: Draft): boolean {
  return fields.some((field) => !same(base[field], draft[field]));
}

export const fields: readonly DraftField[] = [
  "name",
  "role",
  "systemPrompt",
  "firstMessage",
  "language",
  "voiceProvider",
  "voiceId",
  "modelProvider",
  "model",
  "temperature",
  "maxDurationSeconds",
  "tools",
];

export function same(a: Draft[DraftField], b: Draft[DraftField]): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

type Changes = Omit<AgentChange, "agentId" | "version" | "orgId">;

function changes(base: Draft, draft: Draft, row: Partial<Pick<Row, "voice" | "model">>): Changes {
  const differs = (...names: DraftField[]) => names.some((name) => !same(base[name], draft[name]));
  const out: Changes = {};
  if (differs("name")) out.name = draft.name;
  if (differs("role")) out.role = draft.role;
  if (differs("systemPrompt")) out.systemPrompt = draft.systemPrompt;
  if (differs("firstMessage")) out.firstMessage = draft.firstMessage || null;
  if (differs("language")) out.language = draft.language || null;
  if (differs("maxDurationSeconds")) {
    out.maxDurationSeconds = draft.maxDurationSeconds ? Number(draft.maxDurationSeconds) : null;
  }
  if (differs("voiceProvider", "voiceId")) out.voice = voiceOf(draft, row.voice);
  if (differs("modelProvider", "model", "temperature")) out.model = modelOf(draft, row.model);
  if (differs("tools")) out.tools = draft.tools === null ? null : [...draft.tools];
  return out;
}

/** Other settings of a provider's voice stay with that provider. */
function voiceOf(
  { voiceProvider, voiceId }: Draft,
  before: unknown,
): NonNullable<Changes["voice"]> | null {
  if (voiceProvider === "" && voiceId === "") return null;
  const { provider: _p, voiceId: _v, ...rest } = voiceSchema.parse(before);
  const stays = voiceSchema.parse(before).provider === voiceProvider ? rest : {};
  return { ...stays, provider: voiceProvider, voiceId };
}

function modelOf(
  { modelProvider, model, temperature }: Draft,
  before: unknown,
): NonNullable<Changes["model"]> | null {
  if (modelProvider === "" && model === "" && temperature === "") return null;
  const { provider, model: _m, temperature: _t, ...rest } = modelSchema.parse(before);
  return {
    ...(provider === modelProvider ? rest : {}),
    provider: modelProvider,
    model,
    ...(temperature === "" ? {} : { temperature: Number(temperature) }),
  };
}
