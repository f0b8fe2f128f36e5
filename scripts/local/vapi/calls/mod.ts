import type { Delivery } from "./deliver.ts";
import { type AssistantRequest, requestAssistant, sendEvent } from "./events.ts";
import type { Fields } from "./payload.ts";
import { placeCall, type PlacedCall } from "./placed_call.ts";
import type { CallContext } from "./surroundings.ts";
import {
  type CallDeps,
  callTools,
  type ToolCallOptions,
  type ToolCallOutcome,
  type ToolCallRequest,
} from "./tool_calls.ts";

/** Plays assistants during calls: what Vapi sends to the servers of tools and assistants. */
export interface Calls {
  /** One tool call in a message of its own. */
  callTool(options: ToolCallOptions & ToolCallRequest): Promise<ToolCallOutcome>;
  /** Several tool calls of one turn: those for one server share a message. */
  callTools(
    options: ToolCallOptions & { calls: ToolCallRequest[] },
  ): Promise<ToolCallOutcome>;
  /** A call from its start to hanging up. */
  place(options: CallContext): Promise<PlacedCall>;
  /** Any server message, such as status-update; null where the assistant doesn't get it. */
  sendEvent(
    options: CallContext & { type: string; fields?: Fields },
  ): Promise<Delivery | null>;
  /** assistant-request of a phone number without an assistant. */
  requestAssistant(request: AssistantRequest): Promise<Delivery>;
}

export function createCalls(deps: CallDeps): Calls {
  return {
    callTool: (options) => callTools(deps, [options], options),
    callTools: ({ calls, ...options }) => callTools(deps, calls, options),
    place: (options) => placeCall(deps, options),
    sendEvent: ({ type, fields = {}, ...context }) => sendEvent(deps, { type, fields }, context),
    requestAssistant: (request) => requestAssistant(deps, request),
  };
}
