/** The registry for the jobs of each claim of a lane. */
import { withLogFields } from "../../shared/log_context.ts";
import { jobFields } from "./job_fields.ts";
import { withTimeout } from "../../shared/worker/with_timeout.ts";
import type { SyncDeps } from "../../shared/assistants/deps.ts";
import { ALL_TOOLS, ensureRegistry, type RegistryState } from "./registry.ts";
import { JOB_TIMEOUT_MS } from "../../shared/worker/lifetime.ts";
import type { Claim } from "../../shared/assistants/task.ts";

/** How long what could not be registered is left alone. Shorter than the first backoff of the jobs that need it. */
const FAILURE_HOLDS_MS = 15_000;

export interface CheckedRegistry {
  state: RegistryState;
  at: number;
}

/**
 * The registry for the jobs of a claim, brought in step. What could not be registered a moment ago is not tried again for each
 * claim, only for a job that is all about it.
 */
export async function checkRegistry(
  deps: SyncDeps,
  claim: Claim,
  last: CheckedRegistry | null,
): Promise<CheckedRegistry> {
  const failures = last?.state.failures ?? new Map();
  const isFresh = last !== null && deps.now() - last.at < FAILURE_HOLDS_MS;
  if (isFresh && failures.size > 0 && !claim.jobs.some(({ kind }) => kind === "registry")) {
    return { state: { registry: claim.registry, failures }, at: last.at };
  }
  return { state: await registryFor(deps, claim), at: deps.now() };
}

/** Never throws: a registry that can't be brought in step fails the jobs that need it, with its reason. */
async function registryFor(deps: SyncDeps, claim: Claim): Promise<RegistryState> {
  const forced = claim.jobs.filter((job) => job.kind === "registry" && job.force);
  const times = forced.map(({ requestedAt }) => requestedAt.getTime());
  try {
    return await withLogFields(jobFields(claim.jobs), () =>
      withTimeout(
        JOB_TIMEOUT_MS,
        (signal) =>
          ensureRegistry(deps, claim.registry, {
            signal,
            ...(times.length > 0 && { renewBefore: new Date(Math.max(...times)) }),
          }),
      ));
  } catch (error) {
    deps.log.error("registry_failed", { error });
    return { registry: claim.registry, failures: new Map([[ALL_TOOLS, error]]) };
  }
}
