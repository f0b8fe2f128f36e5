/** Brings one agent's assistant in step: finds or creates it, links its tools, sends what was changed in the console. */
import { AppError } from "../../shared/http/errors.ts";
import type { JsonObject } from "../../shared/json.ts";
import { lease } from "../../shared/worker/job.ts";
import type { VapiAssistant } from "../../shared/vapi/port.ts";
import type { Batch } from "./batch.ts";
import { beforeOf, markOf } from "./before.ts";
import { createBody, NO_CHANGES, topLevelKey } from "../../shared/assistants/bodies.ts";
import type { FinishedSync } from "./completions.ts";
import { driftValues, isRefusal, replacedTools, updateAssistant } from "./update_assistant.ts";
import { createOnce } from "./create_once.ts";
import type { SyncDeps } from "../../shared/assistants/catalogue.ts";
import { withDeleted } from "./foreign_tools.ts";
import {
  readRepair,
  type RejectedSetting,
  type SyncAgent,
  type SyncJob,
} from "../../shared/assistants/job.ts";
import { repairAssistant } from "./repair.ts";
import { modelOf, observe, observedFingerprints } from "../../shared/assistants/observed.ts";
import {
  type ExistingPlan,
  foreignToolIds,
  planExisting,
  settingsWith,
} from "../../shared/assistants/plan.ts";
import { throwIfIncomplete } from "./registry.ts";
import {
  bareSettings,
  desiredSettings,
  fingerprints,
  settingEntries,
} from "../../shared/assistants/settings.ts";

export interface SyncAgentOptions {
  batch: Batch;
  signal: AbortSignal;
}

export type SyncOutcome = "created" | "updated" | "unchanged";

/**
 * Carries out the agent's plan and completes the job. Throws a ServiceError or AppError if it cannot; what was done until then
 * stays done, and the next attempt continues from there.
 */
export async function syncAgent(
  deps: SyncDeps,
  job: SyncJob,
  agent: SyncAgent,
  options: SyncAgentOptions,
): Promise<SyncOutcome> {
  const { batch, signal } = options;
  const { assistant: read, agent: found, created } = await findOrCreate(deps, job, agent, options);
  const goesBy = agent.isInTrial ? batch.trial : batch;
  const repair = readRepair(job.payload);
  const { assistant, touched } = repair === null
    ? { assistant: read, touched: [] }
    : repairAssistant(read, repair, {
      ours: new Set(goesBy.view.current.values()),
      serverUrl: deps.webhook.url,
    });
  const observed = observe(assistant);
  const foreignIds = foreignToolIds(observed, { agent: found, ...goesBy.view });
  const view = await withDeleted(deps.db, goesBy.view, { foreignIds, signal });
  const foreignNames = await batch.toolNames.of(foreignIds, signal);
  const plan = planExisting(deps, { agent: found, observed, foreignNames, view });

  const desired = settingsWith(observed, found, deps.webhook);
  const updated = await updateAssistant(deps, {
    assistantId: read.id,
    assistant,
    desired,
    update: plan.action === "update" ? plan : NO_CHANGES,
    touched,
    toolIds: plan.toolIds,
    signal,
  });
  const outcome = created ? "created" : updated.wrote ? "updated" : "unchanged";
  const isModelSet = modelOf(assistant)["provider"] === undefined && updated.wrote;
  if (isModelSet) {
    deps.log.warn("default_model_set", { assistant_id: read.id, agent_id: agent.id });
  }
  const replaced = plan.action === "update" ? replacedTools(assistant, plan) : [];
  if (replaced.length > 0) deps.log.info("conflicting_tools_replaced", { assistant_id: read.id });

  const { failures } = batch.registry;
  const { rejected, keys, written } = updated;
  const snapshot = outcome === "updated" && written !== null
    ? { before: beforeOf(read, keys), mark: await markOf(written) }
    : null;
  const finished = finishedSync({ job, agent: found, plan, outcome, replaced, rejected, snapshot });
  const drift = plan.drift.filter(({ path }) =>
    !finished.rejectedSettings.some((each) => each["path"] === path)
  );
  const sync = {
    ...finished,
    drift: driftValues(drift, desired, assistant),
    result: {
      ...finished.result,
      ...isModelSet && { modelSet: desired["model.model"] ?? null },
    },
  };
  await batch.completions.add({ ...sync, isDone: failures.size === 0 }, goesBy.synced);
  // Linked with the tools that exist; the job stays open until the rest can be registered.
  throwIfIncomplete(batch.registry);
  return outcome;
}

export interface FinishedInput {
  job: SyncJob;
  agent: SyncAgent;
  plan: ExistingPlan;
  outcome: SyncOutcome;
  replaced?: JsonObject[];
  /** What Vapi has just refused. */
  rejected?: readonly RejectedSetting[];
  snapshot?: JsonObject | null;
}

/** What to store of an agent's sync. */
export function finishedSync(
  { job, agent, plan, outcome, replaced = [], rejected = [], snapshot = null }: FinishedInput,
): FinishedSync {
  const all = [...stillRejected(agent, plan), ...notTaken(agent, plan), ...rejected];
  const isRejected = (path: string) => all.some((each) => each.path === path);
  return {
    jobId: job.id,
    leaseToken: job.leaseToken,
    agentId: agent.id,
    version: agent.version,
    applied: plan.applied,
    linkedToolIds: plan.toolIds,
    drift: plan.drift.filter(({ path }) => !isRejected(path)).map((each) => ({ ...each })),
    rejectedSettings: all.map((each) => ({ ...each })),
    wrote: outcome !== "unchanged",
    snapshot,
    isDone: true,
    result: { outcome, linked: plan.toolIds.length, ...(replaced.length > 0 && { replaced }) },
  };
}

/**
 * What was refused before counts as applied, so it is sent again only once it is changed in the console, and shows as drift until
 * then.
 */
function stillRejected(agent: SyncAgent, plan: ExistingPlan): RejectedSetting[] {
  const drifted = plan.drift.map(({ path }) => path);
  return agent.rejectedSettings.filter(({ path }) => drifted.includes(path));
}

/** Settings that the assistant's current model, voice or transcriber does not take: never sent, and reported. */
function notTaken({ settings, language }: SyncAgent, { applied }: ExistingPlan): RejectedSetting[] {
  const others = settingEntries(settings).map(([path]) => path)
    .filter((path) => applied[path] === undefined)
    .map((path) => ({
      path,
      reason: `the provider of the assistant's ${topLevelKey(path)} does not take this`,
    }));
  if (language === null || applied[LANGUAGE] !== undefined) return others;
  return [...others, {
    path: LANGUAGE,
    reason: `the assistant's transcriber has no ${language}`,
  }];
}

const LANGUAGE = "transcriber.language";

interface Found {
  assistant: VapiAssistant;
  /** The agent as it is now known, with its assistant's id. */
  agent: SyncAgent;
  created: boolean;
}

async function findOrCreate(
  deps: SyncDeps,
  job: SyncJob,
  agent: SyncAgent,
  { batch, signal }: SyncAgentOptions,
): Promise<Found> {
  if (agent.assistantId !== null) {
    const assistant = await deps.vapi.assistants.get(agent.assistantId, { signal });
    if (assistant !== null) return { assistant, agent, created: false };
    // Deleted at Vapi. Only this answer, a 404, ever leads to a second assistant.
    await deps.db.rpc("forget_assistant", {
      ...lease(job),
      p_agent_id: agent.id,
      p_assistant_id: agent.assistantId,
    });
    deps.log.warn("assistant_missing", { agent_id: agent.id, assistant_id: agent.assistantId });
  }

  let desired = desiredSettings(agent, deps.webhook);
  let attempted = false;
  let isNew = false;
  const existing = await createOnce<VapiAssistant>({
    mayExist: agent.mayExistAtVapi && agent.assistantId === null,
    find: async () => {
      // Whatever an earlier job may have created is older than the claim; what this one may have created is not.
      const since = attempted ? deps.now() : batch.claimedAt;
      const id = (await batch.snapshots.since(since, signal)).byAgent.get(agent.id);
      return id === undefined ? null : await deps.vapi.assistants.get(id, { signal });
    },
    create: async () => {
      attempted = true;
      const create = () => deps.vapi.assistants.create(createBody(desired), { signal });
      const created = await create().catch((error) => {
        if (!isRefusal(error)) throw error;
        // Created with what Vapi cannot refuse; the update then finds out how much of the rest it takes.
        desired = bareSettings(desired);
        return create();
      });
      isNew = true;
      return created;
    },
    signal,
    sleep: deps.sleep,
  });
  // What an earlier attempt created has that attempt's settings.
  const applied = isNew ? fingerprints(desired) : observedFingerprints(observe(existing));
  await deps.db.rpc("record_assistant", {
    ...lease(job),
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
