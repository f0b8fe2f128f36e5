import type { Delivery } from "./deliver.ts";
import { sendEvent } from "./events.ts";
import type { Fields } from "./payload.ts";
import type { CallContext } from "./surroundings.ts";
import {
  type CallDeps,
  callTools,
  type ToolCallOptions,
  type ToolCallOutcome,
  type ToolCallRequest,
} from "./tool_calls.ts";

type PerMessageOptions = Omit<ToolCallOptions, keyof CallContext>;

/** A call that has been answered: all its messages carry the same call id and customer. */
export interface PlacedCall {
  readonly id: string;
  callTool(
    toolName: string,
    args: Fields | string,
    options?: PerMessageOptions & { toolCallId?: string },
  ): Promise<ToolCallOutcome>;
  callTools(calls: ToolCallRequest[], options?: PerMessageOptions): Promise<ToolCallOutcome>;
  /** Sends status-update "ended" and the end-of-call-report, with `report` in the latter. */
  hangUp(report?: Fields): Promise<(Delivery | null)[]>;
}

/** Starts a call with an assistant: its server, if it has one, hears that it is in progress. */
export async function placeCall(deps: CallDeps, options: CallContext): Promise<PlacedCall> {
  const id = options.callId ?? crypto.randomUUID();
  const context = { ...options, callId: id };
  const startedAt = new Date(deps.now()).toISOString();
  const started = { type: "status-update", fields: { status: "in-progress" } };
  await sendEvent(deps, started, context);
  return {
    id,
    callTool: (toolName, args, { toolCallId, ...options } = {}) => {
      const id = toolCallId === undefined ? {} : { toolCallId };
      const call = { toolName, arguments: args, ...id };
      return callTools(deps, [call], { ...context, ...options });
    },
    callTools: (calls, options = {}) => callTools(deps, calls, { ...context, ...options }),
    hangUp: async (report = {}) => {
      const endedReason = "customer-ended-call";
      const ended = { type: "status-update", fields: { status: "ended", endedReason } };
      const endedAt = new Date(deps.now()).toISOString();
      const fields = { endedReason, startedAt, endedAt, ...emptyReport, ...report };
      return [
        await sendEvent(deps, ended, context),
        await sendEvent(deps, { type: "end-of-call-report", fields }, context),
      ];
    },
  };
}

const emptyReport: Fields = {
  cost: 0,
  analysis: { summary: "" },
  artifact: { messages: [], transcript: "", recordingUrl: null },
};
