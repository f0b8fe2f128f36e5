/** One job from its work to its end: succeeded, or given back with the reason. */
import { withLogFields } from "../../shared/log_context.ts";
import type { Batch } from "./batch.ts";
import type { SyncDeps } from "../../shared/assistants/deps.ts";
import { classify } from "./failure.ts";
import { jobFields } from "./job_fields.ts";
import { lookForDuplicates } from "../../shared/assistants/prune.ts";
import { repairTools } from "./repair_tools.ts";
import { retireTool } from "./retire.ts";
import { retireOrphans } from "./stray.ts";
import { throwIfIncomplete } from "./registry.ts";
import { syncAgent } from "./sync_agent.ts";
import type { SyncJob } from "../../shared/assistants/task.ts";
import { lease } from "../../shared/worker/task.ts";
import { JOB_TIMEOUT_MS } from "../../shared/worker/lifetime.ts";
import { withTimeout } from "../../shared/worker/with_timeout.ts";

/** Does the work and ends the job. Never throws; true if it succeeded. */
export async function runJob(deps: SyncDeps, task: SyncJob, batch: Batch): Promise<boolean> {
  const startedAt = deps.now();
  return await endWell(deps, task, async () => {
    const outcome = await withTimeout(
      JOB_TIMEOUT_MS,
      (signal) => perform(deps, task, batch, signal),
    );
    deps.log.info("job_succeeded", { kind: task.kind, outcome, ms: deps.now() - startedAt });
  });
}

/**
 * Runs work that ends the job, with the job's fields in its log lines; gives the job back if it fails. Never throws; true if it
 * succeeded.
 */
export async function endWell(
  deps: SyncDeps,
  task: SyncJob,
  work: () => Promise<void>,
): Promise<boolean> {
  const startedAt = deps.now();
  return await withLogFields(jobFields([task]), async () => {
    try {
      await work();
      return true;
    } catch (error) {
      await giveBack(deps, task, error, deps.now() - startedAt);
      return false;
    }
  });
}

async function perform(
  deps: SyncDeps,
  task: SyncJob,
  batch: Batch,
  signal: AbortSignal,
): Promise<string> {
  switch (task.kind) {
    case "agent":
      if (task.agent === null) return await finish(deps, task, "agent_deleted");
      return await syncAgent(deps, task, task.agent, { batch, signal });
    case "registry": {
      throwIfIncomplete(batch.registry);
      return await finish(deps, task, "in_step");
    }
    case "repair_tools":
      await repairTools(deps, task, { batch, signal });
      return await finish(deps, task, "repaired");
    case "retire":
      return await retireTool(deps, task, { ...batch, signal });
    case "orphan":
      return await retireOrphans(deps, task, signal);
    case "duplicates":
      return await lookForDuplicates(deps, task, { ...batch, signal });
    default:
      return await finish(deps, task, "unknown_kind");
  }
}

async function finish(deps: SyncDeps, task: SyncJob, outcome: string): Promise<string> {
  await deps.db.rpc("complete_job", {
    ...lease(task),
    p_result: { outcome },
  });
  return outcome;
}

async function giveBack(
  deps: SyncDeps,
  task: SyncJob,
  error: unknown,
  ms: number,
): Promise<void> {
  const { log } = deps;
  const failure = classify(error);
  try {
    const status = await deps.db.rpc("fail_job", {
      ...lease(task),
      p_error: failure.error,
      p_permanent: failure.permanent,
      p_retry_after_seconds: failure.retryAfterSeconds,
    });
    log.error("job_failed", {
      kind: task.kind,
      outcome: status,
      ms,
      vapi_status: failure.error["status"],
      error,
    });
  } catch (lost) {
    // The lease passed on, or the database is away: the sweep brings the job back either way.
    log.error("job_lost", { kind: task.kind, ms, error, cause: lost });
  }
}
