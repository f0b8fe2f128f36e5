/** Agents: what the console lists and edits, and the state of their syncs. */
import * as z from "zod/mini";
import type { AgentChange, NewAgent } from "../../functions/agent-save/body.ts";
import type { Tables } from "../../shared/database_types.ts";
import { fromResponse, unreachable } from "./api_error.ts";
import { answerOf, type Client } from "./client.ts";
import { type Page, rangeOf } from "./page.ts";
import {
  type Agent,
  agentSchema,
  type Drift,
  driftSchema,
  type Sync,
  syncSchema,
} from "./results.ts";

/** The agents of an organization with the state of their syncs, by name. */
export async function listAgents(client: Client, orgId: string, page?: Page): Promise<Agent[]> {
  const rows = await answerOf(
    client.from("agent_overview").select().eq("org_id", orgId)
      .order("name").order("agent_id").range(...rangeOf(page)),
  );
  return z.array(agentSchema).parse(rows);
}

/** One agent of the list. Throws `not_found`. */
export async function readAgentState(client: Client, agentId: string): Promise<Agent> {
  const row = await answerOf(
    client.from("agent_overview").select().eq("agent_id", agentId).single(),
  );
  return agentSchema.parse(row);
}

/** Everything that an editor shows: prompt, voice, model, tools, settings. Throws `not_found`. */
export function readAgent(client: Client, agentId: string): Promise<Tables<"agents">> {
  return answerOf(client.from("agents").select().eq("id", agentId).single());
}

/** The latest syncs of an agent, the newest first. */
export async function syncHistory(client: Client, agentId: string, page?: Page): Promise<Sync[]> {
  const rows = await answerOf(
    client.from("agent_sync_history").select().eq("agent_id", agentId)
      .order("created_at", { ascending: false }).range(...rangeOf(page)),
  );
  return z.array(syncSchema).parse(rows);
}

/** What was edited at Vapi: both values side by side. */
export async function readDrift(client: Client, agentId: string): Promise<Drift[]> {
  const rows = await answerOf(
    client.from("agent_drift").select().eq("agent_id", agentId).order("path"),
  );
  return z.array(driftSchema).parse(rows);
}

/** The answer to a save. */
export const savedSchema = z.object({
  success: z.literal(true),
  agentId: z.string(),
  assistantId: z.nullable(z.string()),
  toolSyncTriggered: z.literal(true),
  syncId: z.string(),
  version: z.int(),
  syncState: z.enum(["pending", "syncing", "synced", "failed"]),
  rejectedSettings: z.array(z.object({ path: z.string(), reason: z.string() })),
  message: z.string(),
  syncError: z.optional(z.nullable(z.looseObject({ code: z.string(), message: z.string() }))),
});
export type Saved = z.infer<typeof savedSchema>;

export type SaveResult =
  | Saved & { readonly outcome: "saved" }
  /** Somebody has saved since the version that was edited: read the agent again, and merge. */
  | { readonly outcome: "conflict"; readonly currentVersion: number; readonly message: string };

/**
 * Saves an agent: docs/agent-save.md. With the `version` that was edited, the later of two saves is a conflict and changes nothing.
 * `waitSeconds`: how long the answer may wait for the sync. Throws `ApiError`; for `invalid_input`, `problems` lists everything that is
 * wrong.
 */
export async function saveAgent(
  client: Client,
  agent: NewAgent | AgentChange,
  { waitSeconds = 0 }: { waitSeconds?: number } = {},
): Promise<SaveResult> {
  const headers: Record<string, string> = waitSeconds > 0 ? { prefer: `wait=${waitSeconds}` } : {};
  const response = await client.invoke("agent-save", agent, headers).catch((error) => {
    throw unreachable(error);
  });
  if (response.ok) return { outcome: "saved", ...savedSchema.parse(await response.json()) };
  const failure = await fromResponse(response);
  if (failure.code !== "version_conflict" || failure.currentVersion === null) throw failure;
  const { currentVersion, message } = failure;
  return { outcome: "conflict", currentVersion, message };
}
