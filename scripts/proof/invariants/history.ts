/** What must hold not only at rest but after every single change at Vapi, according to its journal. */
import { isJsonObject } from "../../../shared/json.ts";
import {
  type AssistantRecord,
  danglingToolIds,
  linkedToolIds,
  type Snapshot,
  workingToolNames,
} from "../../local/vapi/mod.ts";
import { EVERYBODY } from "../ledger.ts";
import { ownersOf } from "./assistants.ts";
import type { Observation } from "./observation.ts";

/**
 * Settings that an agent in the console determines, and what Vapi keeps itself. In the lists among them only our part may change; see
 * `listViolations`.
 */
const OURS: readonly RegExp[] = [
  /^(updatedAt|latestVersion)$/,
  /^(name|firstMessage|maxDurationSeconds)$/,
  /^model\.(provider|model|temperature|messages|toolIds|toolRefs|tools)$/,
  /^voice(\.provider|\.voiceId)?$/,
  /^transcriber(\.provider|\.language)?$/,
  /^metadata\.(agent_id|org_id)$/,
  /^server(\.url|\.headers\.x-vapi-secret)?$/,
];

export function historyViolations(observation: Observation): string[] {
  const { vapi, tools, ledger } = observation;
  const ours = new Set(tools.flatMap((tool) => tool.vapi_tool_id ?? []));
  const had = new Map<string, Set<string>>();
  const violations: string[] = [];

  vapi.journal.replay((snapshot, change) => {
    const touched = change.kind === "tool" ? [...snapshot.assistants.values()] : [change.after];
    for (const assistant of touched) {
      if (assistant === null) had.delete(change.id);
      else {
        violations.push(
          ...instantViolations(snapshot, assistant, { had, observation })
            .map((violation) => `Change ${change.seq}, assistant ${assistant.id}: ${violation}`),
        );
      }
    }
    if (change.kind !== "assistant" || ledger.handMade.has(change.seq)) return;
    if (change.before !== null && change.after !== null) {
      violations.push(
        ...updateViolations(change.before, change.after, ours)
          .map((violation) => `Change ${change.seq}, assistant ${change.id}: ${violation}`),
      );
    }
  });
  return violations;
}

interface InstantOptions {
  /** Assistant id → tools that it had a moment ago; kept up to date. */
  had: Map<string, Set<string>>;
  observation: Observation;
}

/** No id dangles, and no tool that the assistant had and should have is ever missing. */
function instantViolations(
  snapshot: Snapshot,
  assistant: AssistantRecord,
  { had, observation: { catalogue, ledger } }: InstantOptions,
): string[] {
  const dangling = danglingToolIds(snapshot, assistant);
  if (dangling.length > 0) return [`refers to ${dangling}, which doesn't exist at that moment`];

  const byHand = ledger.handMadeAssistants.get(assistant.id) ?? [];
  const whom = [EVERYBODY, ...byHand, ...ownersOf(assistant)];
  const working = workingToolNames(snapshot, assistant);
  const before = had.get(assistant.id) ?? new Set();
  had.set(assistant.id, working);
  return catalogue.filter(({ name }) =>
    before.has(name) && !working.has(name) && !ledger.hasDoneWithout(whom, name)
  ).map(({ name }) => `is without a working ${name} at that moment`);
}

/** An update changes only what is ours. */
function updateViolations(
  before: AssistantRecord,
  after: AssistantRecord,
  ours: ReadonlySet<string>,
): string[] {
  // Metadata that contains only ours is compared with an assistant that has none.
  const withOurs = { ...before, metadata: before.metadata ?? {} };
  const foreign = changedPaths(withOurs, after).filter((path) =>
    !OURS.some((pattern) => pattern.test(path))
  );
  return [
    ...foreign.map((path) => `${path} was changed, which is not ours`),
    ...listViolations(before, after, ours),
  ];
}

function listViolations(
  before: AssistantRecord,
  after: AssistantRecord,
  ours: ReadonlySet<string>,
): string[] {
  const violations: string[] = [];
  const kept = (assistant: AssistantRecord) =>
    linkedToolIds(assistant).filter((id) => !ours.has(id));
  if (`${kept(before)}` !== `${kept(after)}`) {
    violations.push(`somebody else's tools ${kept(before)} became ${kept(after)}`);
  }
  const ids = after.model?.toolIds ?? [];
  if (new Set(ids).size !== ids.length) violations.push(`carries a tool twice: ${ids}`);
  if (JSON.stringify(before.model?.tools ?? []) !== JSON.stringify(after.model?.tools ?? [])) {
    violations.push("somebody's inline tools were changed");
  }
  const messages = ({ model }: AssistantRecord) =>
    JSON.stringify((model?.messages ?? []).filter(({ role }) => role !== "system"));
  if (messages(before) !== messages(after)) violations.push("somebody's messages were changed");
  return violations;
}

/** Paths at which two JSON values differ, down to the leaves; lists are compared as a whole. */
function changedPaths(before: unknown, after: unknown, path = ""): string[] {
  if (isJsonObject(before) && isJsonObject(after)) {
    const keys = new Set([...Object.keys(before), ...Object.keys(after)]);
    return [...keys].flatMap((key) =>
      changedPaths(before[key], after[key], path === "" ? key : `${path}.${key}`)
    );
  }
  return JSON.stringify(before) === JSON.stringify(after) ? [] : [path];
}
