/** The plans of many agents, made page by page from Vapi's list, so that memory does not grow with their number. */
import { z } from "zod";
import type { SyncDeps } from "../../shared/assistants/catalogue.ts";
import { functionNames } from "../../shared/assistants/duplicates.ts";
import { observe } from "../../shared/assistants/observed.ts";
import type { RegistryView } from "../../shared/assistants/catalogue.ts";
import { type SyncAgent, syncAgentSchema } from "../../shared/assistants/job.ts";
import type { VapiAssistant, VapiTool } from "../../shared/vapi/port.ts";
import { type Entry, planEntry } from "./plan_entry.ts";
import type { ScopedAgent } from "./report.ts";

export type PlanDeps = Pick<SyncDeps, "db" | "vapi" | "webhook">;

export interface PlanAgentsInput {
  agents: readonly ScopedAgent[];
  isInScope: (agent: ScopedAgent) => boolean;
  view: RegistryView;
  /** All tools at Vapi. */
  tools: readonly VapiTool[];
  /** Reads every assistant, including those that belong to none of our agents: what they refer to must not be deleted. */
  readsAll: boolean;
  signal: AbortSignal;
}

/** An assistant that belongs to no agent has no plan, only references. */
export type AssistantPlan = Pick<Entry, "after"> & { planned: Entry["planned"] | null };

/** Agents per rpc when each assistant is read by itself. */
const CHUNK = 100;

const agentsSchema = z.array(syncAgentSchema);

export async function* planAgents(
  deps: PlanDeps,
  input: PlanAgentsInput,
): AsyncGenerator<AssistantPlan, void> {
  const { agents, isInScope, view, tools, readsAll, signal } = input;
  const waiting = new Map(agents.map((agent) => [agent.assistantId, agent]));
  const toolNames = functionNames(tools);
  const planMany = async (found: readonly Found[]) => {
    const loaded = await loadAgents(deps, found.map(({ scoped }) => scoped), signal);
    return found.flatMap(({ scoped, assistant }) => {
      const agent = loaded.get(scoped.agentId);
      // Deleted in the meantime.
      if (agent === undefined) return [];
      const isOurs = isInScope(scoped);
      const { webhook } = deps;
      return [
        planEntry({ agent, scoped, assistant, isInScope: isOurs, view, toolNames, webhook }),
      ];
    });
  };

  if (readsAll) {
    for await (const page of deps.vapi.assistants.pages({ signal })) {
      const found = page.flatMap((assistant) => {
        const scoped = waiting.get(assistant.id);
        return scoped === undefined ? [] : [{ scoped, assistant }];
      });
      for (const assistant of page) {
        if (!waiting.delete(assistant.id)) yield { planned: null, after: observe(assistant) };
      }
      yield* await planMany(found);
    }
  }
  // Not in the list: only a GET can say whether an assistant is gone.
  const rest = [...waiting.values()];
  for (let start = 0; start < rest.length; start += CHUNK) {
    const chunk = rest.slice(start, start + CHUNK);
    yield* await planMany(
      await Promise.all(chunk.map(async (scoped) => ({
        scoped,
        assistant: await deps.vapi.assistants.get(scoped.assistantId, { signal }),
      }))),
    );
  }
}

interface Found {
  scoped: ScopedAgent;
  assistant: VapiAssistant | null;
}

async function loadAgents(
  { db }: PlanDeps,
  agents: readonly ScopedAgent[],
  signal: AbortSignal,
): Promise<ReadonlyMap<string, SyncAgent>> {
  if (agents.length === 0) return new Map();
  const ids = agents.map(({ agentId }) => agentId);
  const loaded = agentsSchema.parse(
    await db.rpc("agents_for_sync", { p_agent_ids: ids }, { signal }),
  );
  return new Map(loaded.map((agent) => [agent.id, agent]));
}
