import type { PayloadShape } from "./shapes.ts";
import type { ResolvedTool } from "./resolve.ts";

/** A part of a webhook's body. */
export type Fields = Record<string, unknown>;

/** One call that the model makes. Arguments that are a string are sent unchanged. */
export interface ToolCallEntry {
  id: string;
  tool: ResolvedTool;
  arguments: Fields | string;
}

/** What surrounds the calls in a message. */
export interface Surroundings {
  /** `message.call`; replaced by `chat` in shape "chat". */
  call: Fields;
  chat: Fields;
  /** `message.assistant`: the assistant's configuration, without its id. */
  assistant: Fields;
  customer: Fields | null;
  phoneNumber: Fields | null;
  metadata: Fields | null;
  /** Milliseconds since 1970. */
  timestamp: number;
}

/** Body of the webhook for these calls. Throws for several calls in a shape that holds only one. */
export function toolCallPayload(
  shape: PayloadShape,
  calls: ToolCallEntry[],
  around: Surroundings,
): Fields {
  switch (shape) {
    case "function-call": {
      const { tool, arguments: parameters } = onlyCall(shape, calls);
      const functionCall = { name: tool.name, parameters };
      return { message: { type: "function-call", functionCall, ...common(around, "call") } };
    }
    case "root": {
      const { id, arguments: args } = onlyCall(shape, calls);
      const customer = { ...around.customer, metadata: around.metadata ?? {} };
      return { toolCallId: id, tool: { arguments: args }, customer };
    }
    case "legacy": {
      const toolCall = { arguments: onlyCall(shape, calls).arguments };
      return { message: { toolCall, ...common(around, "call") } };
    }
    default: {
      const origin = shape === "chat" ? "chat" : "call";
      const lists = callLists(shape, calls);
      return { message: { type: "tool-calls", ...lists, ...common(around, origin) } };
    }
  }
}

function onlyCall(shape: PayloadShape, calls: ToolCallEntry[]): ToolCallEntry {
  const [call] = calls;
  if (call === undefined || calls.length > 1) {
    throw new Error(`Cannot send ${calls.length} calls in shape "${shape}": it holds exactly one`);
  }
  return call;
}

function common(around: Surroundings, origin: "call" | "chat"): Fields {
  const { timestamp, assistant, customer, phoneNumber } = around;
  return {
    timestamp,
    artifact: { messages: [], messagesOpenAIFormatted: [] },
    [origin]: around[origin],
    assistant,
    ...(customer === null ? {} : { customer }),
    ...(phoneNumber === null ? {} : { phoneNumber }),
  };
}

type ListShape = Exclude<PayloadShape, "function-call" | "root" | "legacy">;

function callLists(shape: ListShape, calls: ToolCallEntry[]): Fields {
  const list = calls.map((call) => listEntry(shape, call));
  const withTools = calls.map(({ tool }, i) => ({ ...tool.definition, toolCall: list[i] ?? {} }));
  switch (shape) {
    case "twin-list":
      return { toolCalls: list };
    case "tool-with-tool-call-list":
      return { toolWithToolCallList: withTools };
    case "tool-calls":
    case "tool-calls-string":
    case "chat":
      return { toolCalls: list, toolCallList: list, toolWithToolCallList: withTools };
    default:
      return { toolCallList: list };
  }
}

function listEntry(shape: ListShape, { id, tool, arguments: args }: ToolCallEntry): Fields {
  const { name } = tool;
  switch (shape) {
    case "flat-arguments":
      return { id, name, arguments: args };
    case "flat-parameters":
      return { id, name, parameters: args };
    case "function-parameters":
      return { id, type: "function", function: { name, parameters: args } };
    case "tool-calls-string": {
      const text = typeof args === "string" ? args : JSON.stringify(args);
      return { id, type: "function", function: { name, arguments: text } };
    }
    default:
      return { id, type: "function", function: { name, arguments: args } };
  }
}
