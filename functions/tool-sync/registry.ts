/**
 * Brings the global registry in step with the catalogue: each catalogue tool is registered once at Vapi.
 *
 * claim (SQL) → search Vapi's list for what an earlier attempt may have left → create → record at once → activate all in one
 * step, which retires what was replaced and has every agent relinked. See the migration `tools`.
 */
import { z } from "zod";
import { withLogFields } from "../../shared/log_context.ts";
import { JOB_TIMEOUT_MS, withTimeout } from "../../shared/worker/job.ts";
import { AppError } from "../../shared/http/errors.ts";
import type { CatalogueTool } from "../../shared/assistants/catalogue.ts";
import {
  type Claim,
  type Registry,
  registrySchema,
  syncJobFields,
} from "../../shared/assistants/job.ts";
import type { SyncDeps } from "../../shared/assistants/catalogue.ts";
import type { VapiTool } from "../../shared/vapi/port.ts";
import { register } from "./register.ts";

const registrationsSchema = z.array(z.object({
  name: z.string(),
  action: z.enum(["keep", "register", "recorded", "wait"]),
  vapiToolId: z.string().nullable(),
  currentToolId: z.string().nullable(),
}));
type Registration = z.infer<typeof registrationsSchema>[number];

/** How long a claim lasts. Longer than the work that it covers; a dead worker's claim is taken over afterwards. */
const CLAIM_SECONDS = 120;
const WAIT_FOR_OTHERS_MS = 250;

export interface RegistryState {
  registry: Registry;
  /** Catalogue names that could not be registered, with the reason. Agents are linked without them, and retried. */
  failures: ReadonlyMap<string, unknown>;
}

/** The key in `failures` that stands for all tools, if not even the claim could be made. */
const ALL_TOOLS = "*";

/** Throws `tool_not_registered` if a tool could not be registered. */
export function throwIfIncomplete({ failures }: RegistryState): void {
  for (const [name, cause] of failures) {
    const subject = name === ALL_TOOLS ? "The tools" : `Tool ${name}`;
    const reason = cause instanceof Error ? `: ${cause.message}` : "";
    throw new AppError("tool_not_registered", `${subject} could not be registered${reason}`, {
      status: 502,
      cause,
    });
  }
}

/** True if every catalogue tool is current, or on trial or stopped, with its own hash, and nothing else is current. */
export function isInStep(registry: Registry, catalogue: readonly CatalogueTool[]): boolean {
  const current = registry.filter((entry) => entry.state === "current");
  return current.length === catalogue.length &&
    catalogue.every((tool) =>
      registry.some(({ name, definitionHash, state }) =>
        name === tool.name && definitionHash === tool.hash && state !== "retired"
      )
    ) &&
    // Another deployment's trial is none of our business.
    registry.every(({ name, definitionHash, state }) =>
      state !== "trial" ||
      catalogue.some((tool) => tool.name === name && tool.hash === definitionHash)
    );
}

export interface EnsureOptions {
  signal: AbortSignal;
  /**
   * Also registers again what is in step but was registered before this time (by the database's clock). An order to renew
   * everything that passes to another worker is thus continued instead of begun again.
   */
  renewBefore?: Date;
}

/** Registers what is not in step. If another worker is already doing so, waits for it. */
export async function ensureRegistry(
  deps: SyncDeps,
  registry: Registry,
  { signal, renewBefore }: EnsureOptions,
): Promise<RegistryState> {
  const { catalogue } = deps;
  if (isInStep(registry, catalogue) && renewBefore === undefined) {
    return { registry, failures: new Map() };
  }

  const names = catalogue.map((tool) => tool.name);
  const isUsed = ({ state }: Registry[number]) => state === "current" || state === "trial";
  if (registry.some((entry) => isUsed(entry) && !names.includes(entry.name))) {
    await deps.db.rpc("retire_tools", {
      p_catalogue: names,
      p_uptime_seconds: deps.uptimeSeconds(),
    }, { signal });
  }

  const claimToken = crypto.randomUUID();
  const known = new Set(registry.map((entry) => entry.vapiToolId));
  const claims = { claimToken, known, signal, failures: new Map<string, unknown>() };
  try {
    return await registerClaimed(deps, claims, renewBefore);
  } catch (error) {
    // Nothing that was begun is still under way, so nobody has to wait until the claim runs out. After an abort, something may
    // be.
    if (!signal.aborted) await release(deps, claimToken);
    throw error;
  }
}

async function registerClaimed(
  deps: SyncDeps,
  claims: ClaimOptions,
  renewBefore: Date | undefined,
): Promise<RegistryState> {
  const { claimToken, signal, failures } = claims;
  while (true) {
    const registrations = registrationsSchema.parse(
      await deps.db.rpc("claim_registrations", {
        p_claim_token: claimToken,
        p_tools: deps.catalogue.map(({ name, hash, deploymentHash, description }) => ({
          name,
          definitionHash: hash,
          deploymentHash,
          description,
        })),
        p_uptime_seconds: deps.uptimeSeconds(),
        p_lease_seconds: CLAIM_SECONDS,
        p_renew_before: renewBefore?.toISOString() ?? null,
      }, { signal }),
    ).filter((registration) => !failures.has(registration.name));

    await registerAll(deps, registrations, claims);
    const activated = registrySchema.parse(
      await deps.db.rpc("activate_registrations", {
        p_claim_token: claimToken,
        p_request_id: claimToken,
        // An order to renew everything covers all tools.
        p_is_for_all: renewBefore !== undefined,
      }, { signal }),
    );
    if (!registrations.some((registration) => registration.action === "wait")) {
      if (failures.size > 0) await release(deps, claimToken);
      return { registry: activated, failures };
    }
    await deps.sleep(WAIT_FOR_OTHERS_MS, signal);
  }
}

/** Never throws: a claim that cannot be released runs out. */
async function release({ db, log }: SyncDeps, claimToken: string): Promise<void> {
  try {
    await db.rpc("release_registrations", { p_claim_token: claimToken });
  } catch (error) {
    log.warn("registrations_not_released", { error });
  }
}

interface ClaimOptions {
  /** Also the rollout's request id: it is logged with the registrations and with every job that follows from them. */
  claimToken: string;
  /** Ids that the registry already knows. */
  known: ReadonlySet<string>;
  signal: AbortSignal;
  failures: Map<string, unknown>;
}

async function registerAll(
  deps: SyncDeps,
  registrations: readonly Registration[],
  options: ClaimOptions,
): Promise<void> {
  const mine = registrations.filter((registration) => registration.action === "register");
  if (mine.length === 0) return;

  // One read of Vapi's list serves all tools: it costs one request per deployment, and it also finds the tools of a database that
  // was restored to an earlier time.
  let existing: Promise<VapiTool[]> | null = null;
  const listed = () => existing ??= deps.vapi.tools.list({ signal: options.signal });

  await Promise.all(mine.map(async (registration) => {
    const tool = deps.catalogue.find(({ name }) => name === registration.name);
    if (tool === undefined) return;
    const startedAt = deps.now();
    const log = deps.log.with({ tool: tool.name, request_id: options.claimToken });
    try {
      const outcome = await register(deps, tool, registration, { ...options, listed });
      log.info("tool_registered", { ...outcome, ms: deps.now() - startedAt });
    } catch (error) {
      options.failures.set(tool.name, error);
      log.error("tool_registration_failed", { error, ms: deps.now() - startedAt });
    }
  }));
}

/** How long a failed registration is left alone. Shorter than the first backoff of the jobs that need it. */
const FAILURE_HOLDS_MS = 15_000;

export interface CheckedRegistry {
  state: RegistryState;
  at: number;
}

/** The registry, brought in step. What failed a moment ago is not tried again for each claim, only for a job that is about it. */
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

/** Never throws: if the registry cannot be brought in step, the jobs that need it fail with the reason. */
async function registryFor(deps: SyncDeps, claim: Claim): Promise<RegistryState> {
  const times = claim.jobs.filter((job) => job.kind === "registry" && job.force)
    .map(({ requestedAt }) => requestedAt.getTime());
  const renewal = times.length > 0 ? { renewBefore: new Date(Math.max(...times)) } : {};
  const ensure = (signal: AbortSignal) =>
    ensureRegistry(deps, claim.registry, { signal, ...renewal });
  try {
    const fields = syncJobFields(claim.jobs);
    return await withLogFields(fields, () => withTimeout(JOB_TIMEOUT_MS, ensure));
  } catch (error) {
    deps.log.error("registry_failed", { error });
    return { registry: claim.registry, failures: new Map([[ALL_TOOLS, error]]) };
  }
}
