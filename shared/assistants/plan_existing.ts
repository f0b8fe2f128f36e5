/** The plan for an assistant that was just observed, against the registry. */
import type { SyncDeps } from "./deps.ts";
import type { Observed } from "./observed.ts";
import { type AgentPlan, planAgent } from "./plan.ts";
import type { RegistryView } from "./registry_view.ts";
import { DEFAULT_PATHS, desiredSettings, type Settings, type Webhook } from "./settings.ts";
import type { SyncAgent } from "./task.ts";

/** A plan for an assistant that exists. */
export type ExistingPlan = Exclude<AgentPlan, { action: "create" }>;

export interface PlanExistingInput {
  agent: SyncAgent;
  observed: Observed;
  /** Function names of somebody else's tools on the assistant, by id. */
  foreignNames: ReadonlyMap<string, string>;
  view: RegistryView;
}

export function planExisting(
  { webhook }: Pick<SyncDeps, "webhook">,
  { agent, observed, foreignNames, view }: PlanExistingInput,
): ExistingPlan {
  const desired = settingsFor(observed, agent, webhook);
  const plan = planAgent({ agent, observed, desired, foreignNames, ...view });
  if (plan.action === "create") throw new TypeError("Cannot plan: an observed assistant exists");
  return plan;
}

/** What the agent asks of an assistant that exists: the defaults only where it has nothing of the kind. */
export function settingsFor(
  observed: Pick<Observed, "fingerprint">,
  agent: SyncAgent,
  webhook: Webhook,
): Settings {
  const isWanted = (path: string) =>
    !DEFAULT_PATHS.includes(path) || observed.fingerprint(path) === undefined;
  return Object.fromEntries(
    Object.entries(desiredSettings(agent, webhook)).filter(([path]) => isWanted(path)),
  );
}
