import type { Server } from "../records.ts";
import { deliver, type Delivery } from "./deliver.ts";
import type { Fields } from "./payload.ts";
import { type CallContext, phoneNumber, surroundings } from "./surroundings.ts";
import type { CallDeps } from "./tool_calls.ts";

/** Sent to `assistant.server` unless `serverMessages` lists only others. */
const defaultServerMessages: readonly string[] = [
  "assistant.started",
  "conversation-update",
  "end-of-call-report",
  "function-call",
  "handoff-destination-request",
  "hang",
  "speech-update",
  "status-update",
  "tool-calls",
  "transfer-destination-request",
  "user-interrupted",
];

/**
 * Sends a server message of any type, with `fields` besides what each message has (call, assistant, customer, phoneNumber, timestamp).
 * Returns null if the assistant has no server or does not want that type.
 */
export async function sendEvent(
  deps: CallDeps,
  { type, fields = {} }: { type: string; fields?: Fields },
  context: CallContext,
): Promise<Delivery | null> {
  const assistant = deps.account.assistants.get(context.assistantId);
  const wanted: readonly string[] = assistant.serverMessages ?? defaultServerMessages;
  const server = assistant.server;
  if (server?.url === undefined || !wanted.includes(type)) return null;
  const { call, customer, phoneNumber, timestamp, assistant: config } = surroundings(context, {
    assistant,
    now: deps.now(),
  });
  const message = { type, timestamp, call, assistant: config, ...fields };
  const body = JSON.stringify({
    message: {
      ...message,
      ...(customer === null ? {} : { customer }),
      ...(phoneNumber === null ? {} : { phoneNumber }),
    },
  });
  return await deliver(deps, { server: { ...server, url: server.url }, body });
}

export interface AssistantRequest {
  /** Of the phone number or the account: the call has no assistant yet. */
  server: Pick<Server, "headers" | "secret" | "credentialId"> & { url: string };
  phoneNumberId: string;
  customer: Fields;
}

/**
 * Asks a server which assistant takes an inbound call. Vapi gives 7.5 seconds for the answer,
 * whatever `timeoutSeconds` says.
 */
export async function requestAssistant(
  deps: CallDeps,
  { server, phoneNumberId, customer }: AssistantRequest,
): Promise<Delivery> {
  const { orgId } = deps.account;
  const now = deps.now();
  const at = new Date(now).toISOString();
  const message = {
    type: "assistant-request",
    timestamp: now,
    call: {
      id: crypto.randomUUID(),
      orgId,
      createdAt: at,
      updatedAt: at,
      type: "inboundPhoneCall",
      status: "ringing",
      phoneNumberId,
      customer,
    },
    phoneNumber: phoneNumber(phoneNumberId),
    customer,
  };
  return await deliver(deps, {
    server: { ...server, timeoutSeconds: 20 },
    body: JSON.stringify({ message }),
    timeoutMs: 7500,
  });
}
