import { type AssistantRecord, type Stored } from "../records.ts";
import type { Fields, Surroundings } from "./payload.ts";

/** The caller and the kind of call; the same for all messages of one call. */
export interface CallContext {
  assistantId: string;
  /** Default: a new one. */
  callId?: string;
  chatId?: string;
  /** `message.customer` and `call.customer`, such as `{number: "+15551230001"}`. */
  customer?: Fields;
  /** Vapi's id of the number that was called. */
  phoneNumberId?: string;
  /** `call.assistantOverrides.metadata`; `customer.metadata` in shape "root". */
  metadata?: Fields;
  /** `call.assistantOverrides.variableValues`. */
  variableValues?: Fields;
}

/**
 * Stands for the credentials that a webhook's `phoneNumber` may carry: must never turn up in a log or a table.
 */
export const twilioTokenCanary = "canary-twilio-auth-token";

export function surroundings(
  context: CallContext,
  { assistant, now }: { assistant: AssistantRecord; now: number },
): Surroundings {
  const at = new Date(now).toISOString();
  const origin = {
    orgId: assistant.orgId,
    assistantId: assistant.id,
    createdAt: at,
    updatedAt: at,
  };
  const { customer = null, phoneNumberId, metadata, variableValues } = context;
  const overrides = {
    ...(metadata === undefined ? {} : { metadata }),
    ...(variableValues === undefined ? {} : { variableValues }),
  };
  return {
    call: {
      id: context.callId ?? crypto.randomUUID(),
      ...origin,
      type: phoneNumberId === undefined ? "webCall" : "inboundPhoneCall",
      status: "in-progress",
      ...(phoneNumberId === undefined ? {} : { phoneNumberId }),
      ...(customer === null ? {} : { customer }),
      ...(Object.keys(overrides).length === 0 ? {} : { assistantOverrides: overrides }),
    },
    chat: { id: context.chatId ?? crypto.randomUUID(), ...origin, messages: [] },
    assistant: configuration(assistant),
    customer,
    phoneNumber: phoneNumberId === undefined ? null : phoneNumber(phoneNumberId),
    metadata: metadata ?? null,
    timestamp: now,
  };
}

/** An assistant's configuration without what only stored assistants have. */
export function configuration(assistant: AssistantRecord): Fields {
  const { id: _id, orgId: _org, createdAt: _at, updatedAt: _ut, latestVersion: _v, ...config } =
    assistant satisfies Stored;
  return config;
}

export function phoneNumber(id: string): Fields {
  return {
    id,
    provider: "twilio",
    number: "+15551230199",
    twilioAccountSid: `AC${"0".repeat(32)}`,
    twilioAuthToken: twilioTokenCanary,
  };
}
