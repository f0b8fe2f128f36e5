/** What to do about one agent's assistant. A pure decision: a dry run prints it, a worker carries it out. */
import { isJsonObject, parseJson } from "../json.ts";
import {
  changeLinks,
  type CurrentTools,
  type RegistryView,
  type SyncDeps,
  wantedTools,
} from "./catalogue.ts";
import type { SyncAgent } from "./job.ts";
import { isNative, NATIVE_TOOL_PATHS } from "./native_tools.ts";
import type { Observed } from "./observed.ts";
import {
  askedChoice,
  askedPaths,
  DEFAULT_PATHS,
  desiredSettings,
  fingerprint,
  type Fingerprints,
  fingerprints,
  FOLLOWING_PATHS,
  isClearable,
  OWN_PATHS,
  type Part,
  PARTS,
  type Settings,
  type Webhook,
} from "./settings.ts";

export type AgentPlan =
  /** Vapi has no assistant for the agent. */
  | { action: "create" }
  /** The assistant is in step. */
  | { action: "none"; toolIds: string[]; applied: Fingerprints; drift: Drift[] }
  /** The assistant needs a PATCH. */
  | {
    action: "update";
    link: string[];
    unlink: string[];
    /** Somebody else's tools among `unlink`: each has the name of one of ours, which replaces it. */
    conflictingTools: ConflictingTool[];
    /** Names of inline tools that one of ours replaces. */
    inline: string[];
    /** Replaced tools that its hooks call: [old id, new id]. */
    moves?: [string, string][];
    send: string[];
    clear: string[];
    /** The complete new `model.toolIds`. */
    newToolIds: string[];
    /** Ours among them. */
    toolIds: string[];
    applied: Fingerprints;
    drift: Drift[];
  };

export interface ConflictingTool {
  name: string;
  vapiToolId: string;
}

export interface PlanInput {
  agent: SyncAgent;
  /** What Vapi has; null if it has no assistant for the agent. */
  observed: Observed | null;
  desired: Settings;
  current: CurrentTools;
  /** Ids of retired tools. */
  retired: Iterable<string>;
  /** Id of a retired tool → id of the one that replaced it. */
  replacements?: ReadonlyMap<string, string>;
  /** Id → name of somebody else's tools that the assistant carries (see `foreignToolIds`). */
  foreignNames?: ReadonlyMap<string, string>;
}

/**
 * Decides. Two functions with the same name cannot both work: the model cannot tell them apart, and some providers refuse the
 * call. So a hand-made tool with the name of one of ours is removed by the same PATCH that adds ours, whether linked or inline.
 * Tools with other names stay.
 */
export function planAgent(input: PlanInput): AgentPlan {
  const { agent, observed, desired, current, foreignNames = new Map(), replacements } = input;
  if (observed === null) return { action: "create" };

  const wanted = wantedTools(agent, current);
  const toolIds = [...wanted.values()];
  const ours = ourToolIds(input);
  const conflictingTools = [...new Set([...observed.toolIds, ...observed.toolRefIds])].flatMap(
    (vapiToolId) => {
      const name = ours.has(vapiToolId) ? undefined : foreignNames.get(vapiToolId);
      return name !== undefined && wanted.has(name) ? [{ name, vapiToolId }] : [];
    },
  );
  const inline = [...new Set(observed.inlineTools)].filter((name) => wanted.has(name));

  const leaving = new Set([...ours, ...conflictingTools.map(({ vapiToolId }) => vapiToolId)]);
  const { link, unlink, toolIds: newToolIds } = changeLinks(observed, toolIds, leaving);
  const applied = fingerprints(desired);
  const { send: changed, clear: gone, drift } = merge(
    applied,
    agent.lastApplied,
    observed.fingerprint,
  );
  // Somebody has linked a tool of Vapi's own: a second one with its name would keep both from working.
  const theirs = [...foreignNames.values()].filter(isNative).map((type) => `model.tools.${type}`);
  const send = changed.filter((path) => !theirs.includes(path));
  // A setting that the provider chosen at Vapi does not take is not cleared for that reason.
  const asked = askedPaths(agent);
  const clear = gone.filter((path) => !asked.has(path));

  const moves = observed.hookToolIds.flatMap((id): [string, string][] => {
    const replacement = replacements?.get(id);
    return replacement === undefined ? [] : [[id, replacement]];
  });

  const changes: readonly unknown[][] = [link, unlink, inline, moves, send, clear];
  if (changes.every((change) => change.length === 0)) {
    return { action: "none", toolIds, applied, drift };
  }
  return {
    action: "update",
    link,
    unlink,
    conflictingTools,
    inline,
    ...(moves.length > 0 && { moves }),
    send,
    clear,
    newToolIds,
    toolIds,
    applied,
    drift,
  };
}

/** Ids on the assistant that we never registered: only their names tell whether they are in the way. */
export function foreignToolIds(
  observed: Observed,
  known: Pick<PlanInput, "agent" | "current" | "retired">,
): string[] {
  const ours = ourToolIds(known);
  return [...observed.toolIds, ...observed.toolRefIds].filter((id) => !ours.has(id));
}

function ourToolIds(
  { agent, current, retired }: Pick<PlanInput, "agent" | "current" | "retired">,
): ReadonlySet<string> {
  return new Set([...current.values(), ...retired, ...agent.linkedToolIds]);
}

/** The plan for an assistant that exists. */
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

/** The settings that the agent asks of an existing assistant: defaults only for what the assistant lacks. */
export function settingsFor(
  observed: Pick<Observed, "fingerprint">,
  agent: SyncAgent,
  webhook: Webhook,
): Settings {
  const isChosen = isJsonObject(agent.settings["transcriber"]) &&
    agent.settings["transcriber"]["provider"] !== undefined;
  const isWanted = (path: string) =>
    !DEFAULT_PATHS.includes(path) || isChosen || observed.fingerprint(path) === undefined;
  return Object.fromEntries(
    Object.entries(settingsWith(observed, agent, webhook)).filter(([path]) => isWanted(path)),
  );
}

/** The same including defaults, for what cannot be sent without them. */
export function settingsWith(
  observed: Pick<Observed, "fingerprint">,
  agent: SyncAgent,
  webhook: Webhook,
): Settings {
  const kept = PARTS.flatMap((part): [Part, string][] => {
    const seen = seenProvider(observed, part);
    return seen === undefined || isChosenAnew(agent, part) ? [] : [[part, seen]];
  });
  return desiredSettings(agent, webhook, Object.fromEntries(kept));
}

/** True if the console asks for a different one than was last applied, or for none where it had one. */
function isChosenAnew(agent: SyncAgent, part: Part): boolean {
  const { lastApplied: applied } = agent;
  const asked = Object.entries(askedChoice(agent, part));
  return asked.length === 0
    ? part === "voice" && applied?.["voice.provider"] !== undefined
    : asked.some(([path, value]) => applied?.[path] !== fingerprint(path, value));
}

/** A provider is a short text: its fingerprint is its JSON. */
function seenProvider(
  observed: Pick<Observed, "fingerprint">,
  part: Part,
): string | undefined {
  const seen = observed.fingerprint(`${part}.provider`);
  const provider = seen == null || seen.startsWith("sha256:") ? null : parseJson(seen);
  return typeof provider === "string" ? provider : undefined;
}

/** A setting that was edited at Vapi since it was last applied. Values are fingerprints. */
export interface Drift {
  path: string;
  applied: string;
  observed: string | null;
}

export interface Merge {
  /** Paths to send with their desired values. */
  send: string[];
  /** Paths whose values the console removed. */
  clear: string[];
  drift: Drift[];
}

/**
 * Three-way merge of an assistant's settings, as `kubectl apply` does it: last applied, desired, observed. What the console changed since the
 * last apply is sent. What was edited in Vapi and left alone in the console stays, and is reported as drift. Path by path:
 *
 * | console changed it | Vapi has the desired value | then            |
 * | ------------------ | -------------------------- | --------------- |
 * | no                 | yes                        | nothing         |
 * | no                 | no                         | drift, kept     |
 * | yes                | yes                        | nothing         |
 * | yes                | no                         | sent            |
 *
 * `observed` holds null for a path that Vapi never gives back (a secret): it counts as having what was last applied.
 * Without `lastApplied` (an assistant that we never applied) nothing is sent and nothing is drift. What is ours alone is sent
 * wherever Vapi has something else. The server is sent only where Vapi still has the one that was applied: another is somebody
 * else's. So is a tool of Vapi's own that we did not put there.
 */
export function merge(
  desired: Fingerprints,
  lastApplied: Fingerprints | null,
  observed: (path: string) => string | null | undefined,
): Merge {
  const result: Merge = { send: [], clear: [], drift: [] };
  const own = OWN_PATHS.filter((path) => path in desired);
  result.send.push(...own.filter((path) => isOther(observed(path), desired[path])));
  if (lastApplied === null) return result;

  for (const [path, wanted] of Object.entries(desired)) {
    if (OWN_PATHS.includes(path)) continue;
    const applied = lastApplied[path];
    const seen = observed(path);
    const found = seen === null ? applied : seen;
    if (found === wanted) continue;
    const isNative = NATIVE_TOOL_PATHS.includes(path);
    const isTheirs = FOLLOWING_PATHS.includes(path) && applied !== undefined && found !== applied ||
      isNative && found !== undefined && found !== applied;
    if (applied !== wanted && !isTheirs) result.send.push(path);
    // An assistant that was adopted never had it, and one that somebody took it off stays without it.
    else if (applied !== undefined && !(isNative && found === undefined)) {
      result.drift.push({ path, applied, observed: found ?? null });
    }
  }
  for (const path of Object.keys(lastApplied).filter(isClearable)) {
    if (!(path in desired) && observed(path) !== undefined) {
      result.clear.push(path);
    }
  }
  return result;
}

/** True where Vapi shows another value than the wanted one; not where it never tells. */
function isOther(seen: string | null | undefined, wanted: string | undefined): boolean {
  return seen !== null && seen !== wanted;
}
