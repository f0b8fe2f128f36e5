/** Brings one agent's assistant in step: find or create it, link its tools, send what the console changed. */
import { AppError } from "../errors.ts";
import type { JsonObject } from "../json.ts";
import { VapiError } from "../vapi/error.ts";
import type { VapiAssistant } from "../vapi/port.ts";
import type { Batch } from "./batch.ts";
import { createBody, NO_CHANGES, updateBody } from "./bodies.ts";
import type { FinishedSync } from "./completions.ts";
import { createOnce } from "./create_once.ts";
import type { SyncDeps } from "./deps.ts";
import { mend, readMending } from "./mend.ts";
import { observe } from "./observed.ts";
import { lease } from "../queue/task.ts";
import { foreignToolIds } from "./plan.ts";
import { type ExistingPlan, planExisting } from "./plan_existing.ts";
import { throwIfIncomplete } from "./registry.ts";
import { replacedTools } from "./replaced.ts";
import { desiredLeaves, fingerprints } from "./settings.ts";
import type { SyncAgent, SyncTask } from "./task.ts";

export interface SyncAgentOptions {
  batch: Batch;
  signal: AbortSignal;
}

export type SyncOutcome = "created" | "updated" | "unchanged";

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
  const { batch, signal } = options;
  const { assistant: read, agent: found, created } = await findOrCreate(deps, task, agent, options);
  const mending = readMending(task.payload);
  const { assistant, touched } = mending === null
    ? { assistant: read, touched: [] }
    : mend(read, mending, new Set(batch.view.current.values()));
  const observed = observe(assistant);
  const foreignNames = await batch.toolNames.of(
    foreignToolIds(observed, { agent: found, ...batch.view }),
    signal,
  );
  const plan = planExisting(deps, { agent: found, observed, foreignNames, view: batch.view });

  let outcome: SyncOutcome = created ? "created" : "unchanged";
  if (plan.action === "update" || touched.length > 0) {
    const changes = plan.action === "update" ? plan : NO_CHANGES;
    const body = updateBody(assistant, desiredLeaves(found, deps.webhook), changes, touched);
    if (Object.keys(body).length > 0) {
      const updated = await deps.vapi.assistants.update(read.id, body, { signal })
        .catch((error) => {
          throw isNotFound(error) ? deletedMeanwhile(read.id, error) : error;
        });
      verifyLinks(updated, plan);
      if (!created) outcome = "updated";
    }
  }
  const replaced = plan.action === "update" ? replacedTools(assistant, plan) : [];
  if (replaced.length > 0) deps.log.info("namesakes_replaced", { assistant_id: read.id });

  const { failures } = batch.registry;
  const sync = finishedSync({ task, agent: found, plan, outcome, replaced });
  await batch.completions.add({ ...sync, isDone: failures.size === 0 }, batch.synced);
  // Linked with what there is; the job itself stays open until the rest can be registered.
  throwIfIncomplete(batch.registry);
  return outcome;
}

export interface FinishedInput {
  task: SyncTask;
  agent: SyncAgent;
  plan: ExistingPlan;
  outcome: SyncOutcome;
  replaced?: JsonObject[];
}

/** What to keep of the sync of an agent. */
export function finishedSync(
  { task, agent, plan, outcome, replaced = [] }: FinishedInput,
): FinishedSync {
  return {
    jobId: task.id,
    leaseToken: task.leaseToken,
    agentId: agent.id,
    version: agent.version,
    applied: plan.applied,
    linkedToolIds: plan.toolIds,
    drift: plan.drift.map((each) => ({ ...each })),
    wrote: outcome !== "unchanged",
    isDone: true,
    result: { outcome, linked: plan.toolIds.length, ...(replaced.length > 0 && { replaced }) },
  };
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
  { batch, signal }: SyncAgentOptions,
): Promise<Found> {
  if (agent.assistantId !== null) {
    const assistant = await deps.vapi.assistants.get(agent.assistantId, { signal });
    if (assistant !== null) return { assistant, agent, created: false };
    // Deleted at Vapi. Only this answer, a 404, ever leads to a second assistant.
    await deps.db.rpc("forget_assistant", {
      ...lease(task),
      p_agent_id: agent.id,
      p_assistant_id: agent.assistantId,
    });
    deps.log.warn("assistant_missing", { agent_id: agent.id, assistant_id: agent.assistantId });
  }

  const desired = desiredLeaves(agent, deps.webhook);
  let attempted = false;
  const existing = await createOnce<VapiAssistant>({
    mayExist: agent.mayExistAtVapi && agent.assistantId === null,
    find: async () => {
      // What an earlier job may have created is older than the claim; what this one may have created is not.
      const since = attempted ? deps.now() : batch.claimedAt;
      const id = (await batch.snapshots.since(since, signal)).byAgent.get(agent.id);
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
  await deps.db.rpc("record_assistant", {
    ...lease(task),
    p_agent_id: agent.id,
    p_assistant_id: existing.id,
    p_applied: applied,
  });
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

function isNotFound(error: unknown): boolean {
  return error instanceof VapiError && error.code === "not_found";
}

/** Somebody deleted it between our GET and our PATCH. Nothing to give up for: the next attempt's GET says so, and creates it again. */
function deletedMeanwhile(id: string, cause: unknown): AppError {
  return new AppError(
    "assistant_missing",
    `Assistant ${id} was deleted while it was being updated`,
    {
      status: 502,
      cause,
    },
  );
}

/** Vapi's answer to the PATCH is the assistant as it now is: it must carry what was just linked. */
function verifyLinks(updated: VapiAssistant, plan: ExistingPlan): void {
  const { toolIds, toolRefIds } = observe(updated);
  const missing = plan.toolIds.filter((id) => !toolIds.includes(id) && !toolRefIds.includes(id));
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
