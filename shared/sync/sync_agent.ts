/** Brings one agent's assistant in step: find or create it, link its tools, send what the console changed. */
import { AppError } from "../errors.ts";
import type { JsonObject } from "../json.ts";
import { VapiError } from "../vapi/error.ts";
import type { VapiAssistant } from "../vapi/port.ts";
import { createBody, updateBody } from "./bodies.ts";
import { createOnce } from "./create_once.ts";
import type { SyncDeps } from "./deps.ts";
import type { CurrentTools } from "./links.ts";
import { observe, type Observed } from "./observed.ts";
import { type AgentPlan, planAgent } from "./plan.ts";
import type { RegistryState } from "./registry.ts";
import { desiredLeaves, fingerprints } from "./settings.ts";
import type { Snapshots } from "./snapshot.ts";
import type { SyncAgent, SyncTask } from "./task.ts";

export interface SyncAgentOptions {
  registry: RegistryState;
  snapshots: Snapshots;
  /** When the job was claimed, in milliseconds of this worker's clock: a snapshot taken later shows all that came before. */
  claimedAt: number;
  /** When the worker last wrote the assistant, by this worker's clock; null if never. */
  writtenAt: number | null;
  signal: AbortSignal;
}

export type SyncOutcome = "created" | "updated" | "unchanged";

/** A plan for an assistant that exists. */
type ExistingPlan = Exclude<AgentPlan, { action: "create" }>;

/**
 * Carries out the agent's plan and completes the job. Throws a VapiError or AppError where it can't; what was done
 * until then stays done, and the next attempt goes on from there.
 */
export async function syncAgent(
  deps: SyncDeps,
  task: SyncTask,
  agent: SyncAgent,
  options: SyncAgentOptions,
): Promise<SyncOutcome> {
  const planFor = (agent: SyncAgent, observed: Observed) =>
    planExisting(deps, agent, observed, options.registry);

  const glance = options.snapshots.latest();
  const glanced = agent.assistantId === null
    ? undefined
    : glance?.assistants.get(agent.assistantId);
  if (glance && glanced && glance.takenAt > (options.writtenAt ?? -Infinity) && !task.force) {
    const plan = planFor(agent, glanced);
    if (plan.action === "none") {
      return await complete(deps, task, agent, plan, options, "unchanged");
    }
  }

  const { assistant, agent: found, created } = await findOrCreate(deps, task, agent, options);
  const plan = planFor(found, observe(assistant));
  if (plan.action === "none") {
    return await complete(deps, task, found, plan, options, created ? "created" : "unchanged");
  }

  const desired = desiredLeaves(found, deps.webhook);
  const body = updateBody(assistant, desired, plan);
  if (Object.keys(body).length > 0) {
    const updated = await deps.vapi.assistants.update(assistant.id, body, {
      signal: options.signal,
    });
    verifyLinks(updated, plan);
  }
  return await complete(deps, task, found, plan, options, created ? "created" : "updated");
}

function planExisting(
  deps: SyncDeps,
  agent: SyncAgent,
  observed: Observed,
  { registry }: RegistryState,
): ExistingPlan {
  const retired = registry.filter((entry) => entry.state === "retired").map((entry) =>
    entry.vapiToolId
  );
  const desired = desiredLeaves(agent, deps.webhook);
  const plan = planAgent({
    agent,
    observed,
    desired,
    current: currentTools(deps, registry),
    retired,
  });
  if (plan.action === "create") throw new TypeError("Cannot plan: an observed assistant exists");
  return plan;
}

/** The registered tools in the catalogue's order. */
export function currentTools(
  deps: Pick<SyncDeps, "catalogue">,
  registry: RegistryState["registry"],
): CurrentTools {
  const ids = new Map(
    registry.filter((entry) => entry.state === "current").map((
      { name, vapiToolId },
    ) => [name, vapiToolId]),
  );
  return new Map(deps.catalogue.flatMap(({ name }) => {
    const id = ids.get(name);
    return id === undefined ? [] : [[name, id] as const];
  }));
}

interface Found {
  assistant: VapiAssistant;
  /** The agent as it is now known: with its assistant's id. */
  agent: SyncAgent;
  created: boolean;
}

async function findOrCreate(
  deps: SyncDeps,
  task: SyncTask,
  agent: SyncAgent,
  options: SyncAgentOptions,
): Promise<Found> {
  const { signal } = options;
  if (agent.assistantId !== null) {
    const assistant = await deps.vapi.assistants.get(agent.assistantId, { signal });
    if (assistant !== null) return { assistant, agent, created: false };
    // Deleted at Vapi. Only this answer, a 404, ever leads to a second assistant.
    await deps.db.rpc(
      "forget_assistant",
      lease(task, { p_agent_id: agent.id, p_assistant_id: agent.assistantId }),
    );
    deps.log.warn("assistant_missing", { agent_id: agent.id, assistant_id: agent.assistantId });
  }

  const desired = desiredLeaves(agent, deps.webhook);
  let attempted = false;
  const existing = await createOnce<VapiAssistant>({
    mayExist: agent.mayExistAtVapi && agent.assistantId === null,
    find: async () => {
      // What an earlier job may have created is older than the claim; what this one may have created is not.
      const since = attempted ? deps.now() : options.claimedAt;
      const id = (await options.snapshots.since(since, signal)).byAgent.get(agent.id);
      return id === undefined ? null : await deps.vapi.assistants.get(id, { signal });
    },
    create: () => {
      attempted = true;
      return deps.vapi.assistants.create(createBody(desired), { signal });
    },
    signal,
    sleep: deps.sleep,
  });
  const applied = fingerprints(desired);
  await deps.db.rpc(
    "record_assistant",
    lease(task, {
      p_agent_id: agent.id,
      p_assistant_id: existing.id,
      p_applied: applied,
    }),
  );
  deps.log.info("assistant_created", { agent_id: agent.id, assistant_id: existing.id });

  // A model is only ever PATCHed from a GET just made, also right after the creation.
  const assistant = await deps.vapi.assistants.get(existing.id, { signal });
  if (assistant === null) {
    throw new AppError(
      "assistant_missing",
      `Assistant ${existing.id} disappeared right after its creation`,
      { status: 502 },
    );
  }
  return {
    assistant,
    agent: { ...agent, assistantId: existing.id, lastApplied: applied, linkedToolIds: [] },
    created: true,
  };
}

/** Vapi's answer to the PATCH is the assistant as it now is: it must carry what was just linked. */
function verifyLinks(updated: VapiAssistant, plan: ExistingPlan): void {
  const carried = observe(updated).toolIds;
  const missing = plan.toolIds.filter((id) => !carried.includes(id));
  if (missing.length === 0) return;
  throw new VapiError(
    `Vapi accepted the update of assistant ${updated.id} but did not link ${missing.join(", ")}`,
    {
      status: null,
      code: "unexpected_response",
      retryable: true,
      outcomeUnknown: false,
    },
  );
}

async function complete(
  deps: SyncDeps,
  task: SyncTask,
  agent: SyncAgent,
  plan: ExistingPlan,
  { registry: { registry, failures } }: SyncAgentOptions,
  outcome: SyncOutcome,
): Promise<SyncOutcome> {
  const tools = deps.catalogue.flatMap(({ name, description }) => {
    const entry = registry.find((each) => each.name === name && each.state === "current");
    if (entry === undefined) return [];
    return [{
      name,
      description,
      vapiToolId: entry.vapiToolId,
      definitionHash: entry.definitionHash,
    }];
  });
  const wrote = outcome !== "unchanged";
  const sync: JsonObject = {
    agentId: agent.id,
    version: agent.version,
    applied: plan.applied,
    linkedToolIds: plan.toolIds,
    drift: plan.drift.map((each) => ({ ...each })),
    wrote,
    tools,
    result: { outcome, linked: plan.toolIds.length },
  };
  if (failures.size > 0) {
    // Linked with what there is; the job itself stays open until the rest can be registered.
    await deps.db.rpc("record_agent_sync", lease(task, { p_sync: sync }));
    throw failures.values().next().value;
  }
  await deps.db.rpc("complete_agent_sync", lease(task, { p_sync: sync }));
  return outcome;
}

/** Arguments that prove the lease, with others. */
function lease(task: SyncTask, more: JsonObject): JsonObject {
  return { p_job_id: task.id, p_lease_token: task.leaseToken, ...more };
}
