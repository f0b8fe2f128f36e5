/** What can be wrong with the configuration at Vapi: a closed set of findings, each with what fixes it. */
import type { JsonValue } from "../../shared/json.ts";

export type Severity = "error" | "warning" | "info";

/** What `--fix` does about a finding, through the queue. */
export type Fix =
  /** Send the tool's definition again, or register it anew where Vapi has none. */
  | "tool"
  /** Sync the agent's assistant. */
  | "agent"
  /** Bring a phone number in step. */
  | "number"
  /** Delete tools that nothing refers to. */
  | "prune"
  /** Nothing that we may do: it is somebody else's, or it is not at Vapi. */
  | null;

interface Rule {
  severity: Severity;
  fix: Fix;
  /** What a person does about it, or what the repair does. */
  repair: string;
}

/** Every code, with how bad it is and what fixes it. */
export const FINDINGS = {
  not_registered: { severity: "error", fix: "tool", repair: "Register the tool at Vapi" },
  outdated_definition: {
    severity: "error",
    fix: "tool",
    repair: "Roll out the definition of this deployment",
  },
  missing_tool: {
    severity: "error",
    fix: "tool",
    repair: "Register the tool again: it was deleted at Vapi",
  },
  localhost_url: { severity: "error", fix: "tool", repair: "Send the tool's definition again" },
  insecure_url: { severity: "error", fix: "tool", repair: "Send the tool's definition again" },
  stale_host: { severity: "error", fix: "tool", repair: "Send the tool's definition again" },
  wrong_path: { severity: "error", fix: "tool", repair: "Send the tool's definition again" },
  wrong_url: { severity: "error", fix: "tool", repair: "Send the tool's definition again" },
  missing_required: { severity: "error", fix: "tool", repair: "Send the tool's definition again" },
  property_missing: { severity: "error", fix: "tool", repair: "Send the tool's definition again" },
  property_differs: { severity: "error", fix: "tool", repair: "Send the tool's definition again" },
  description_differs: {
    severity: "warning",
    fix: "tool",
    repair: "Send the tool's definition again",
  },
  async_tool: {
    severity: "error",
    fix: "tool",
    repair: "Send the tool's definition again: Vapi ignores the answer of an asynchronous tool",
  },
  no_auth: {
    severity: "error",
    fix: "tool",
    repair: "Send the tool's definition again, with its secret",
  },
  wrong_secret: {
    severity: "error",
    fix: "tool",
    repair: "Send the tool's definition again, with the current secret",
  },
  duplicate_tool: {
    severity: "warning",
    fix: "prune",
    repair: "Delete the copy: no assistant uses it",
  },
  not_synced: {
    severity: "warning",
    fix: "agent",
    repair: "Sync the agent: Vapi does not have what the console has",
  },
  missing_assistant: {
    severity: "error",
    fix: "agent",
    repair: "Sync the agent: its assistant was deleted at Vapi and is created again",
  },
  duplicate_assistant: {
    severity: "warning",
    fix: null,
    repair: "Delete the assistant in Vapi's dashboard, or find out who uses it",
  },
  orphan_assistant: {
    severity: "warning",
    fix: null,
    repair: "Delete the assistant in Vapi's dashboard: there is no agent for it (any more)",
  },
  not_linked: { severity: "error", fix: "agent", repair: "Link the tool to the assistant" },
  linked_but_disabled: {
    severity: "warning",
    fix: "agent",
    repair: "Take the tool off the assistant",
  },
  retired_tool: {
    severity: "warning",
    fix: "agent",
    repair: "Link the tool that replaced it",
  },
  dangling_tool: {
    severity: "error",
    fix: "agent",
    repair: "Take the id off the assistant: no tool has it, and it breaks calls",
  },
  dangling_reference: {
    severity: "warning",
    fix: null,
    repair: "Take the reference out in Vapi's dashboard: no tool has this id",
  },
  pinned_version: {
    severity: "warning",
    fix: "agent",
    repair: "Remove the pinned version: it wins over the tool as it is now",
  },
  foreign_tool: {
    severity: "info",
    fix: null,
    repair: "Nothing: somebody else linked it, and it is left alone",
  },
  outdated_facts: {
    severity: "warning",
    fix: "agent",
    repair: "Write what the model is told of its clinic: hours, services, providers, today",
  },
  wrong_metadata: {
    severity: "warning",
    fix: "agent",
    repair: "Write agent and organization into the assistant's metadata: calls of squads need them",
  },
  messages_filtered: {
    severity: "error",
    fix: "agent",
    repair: "Add tool-calls to the assistant's serverMessages: without it no tool is ever called",
  },
  unknown_keys: {
    severity: "info",
    fix: null,
    repair:
      "Take these keys out in Vapi's dashboard: its document has them no longer, and a change that holds them may be refused",
  },
  wrong_server: {
    severity: "error",
    fix: "agent",
    repair: "Have the assistant report to this deployment: the events of its calls go to another",
  },
  wrong_server_secret: {
    severity: "error",
    fix: "agent",
    repair:
      "Give the assistant the current secret or credential: the events of its calls are refused",
  },
  drift: {
    severity: "info",
    fix: null,
    repair: "Nothing: it was edited at Vapi and is kept. Change it in the console to take it back",
  },
  number_missing: {
    severity: "warning",
    fix: null,
    repair: "Release the number: there is none with this id at Vapi (any more)",
  },
  number_without_agent: {
    severity: "warning",
    fix: null,
    repair: "Say which agent answers the number",
  },
  agent_without_number: {
    severity: "info",
    fix: null,
    repair: "Give the agent a number, if it is to be called: others of its organization have one",
  },
  number_wrong_assistant: {
    severity: "error",
    fix: "number",
    repair: "Have the agent's assistant answer the number, unless somebody else has given it away",
  },
  number_wrong_server: {
    severity: "error",
    fix: "number",
    repair:
      "Have the number report to this deployment, unless somebody else has it reported to theirs",
  },
  unreachable: {
    severity: "error",
    fix: null,
    repair: "Deploy the function, and check BACKEND_URL",
  },
  unauthorized: {
    severity: "error",
    fix: null,
    repair:
      "Set the same VAPI_WEBHOOK_SECRET for all functions, and verify_jwt = false for this one",
  },
  unprotected: {
    severity: "error",
    fix: null,
    repair: "Deploy the current code: the endpoint answers without the webhook's secret",
  },
  booking_failed: {
    severity: "error",
    fix: null,
    repair: "Look at the log of book-clinic-appointment for the call named in the evidence",
  },
} as const satisfies Record<string, Rule>;

export type FindingCode = keyof typeof FINDINGS;

/** Where something was found, with the evidence. */
export interface Evidence {
  orgId?: string;
  agentId?: string;
  assistantId?: string;
  tool?: string;
  /** Id at Vapi. */
  phoneNumberId?: string;
  /** Id at Vapi, where it is not the tool's registered one. */
  toolId?: string;
  expected?: JsonValue;
  found?: JsonValue;
}

export interface Finding extends Evidence {
  code: FindingCode;
  severity: Severity;
  repair: string;
}

export function finding(code: FindingCode, evidence: Evidence): Finding {
  const { severity, repair } = FINDINGS[code];
  return { code, severity, ...evidence, repair };
}
