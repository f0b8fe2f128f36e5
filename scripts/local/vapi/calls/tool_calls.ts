import type { Account } from "../account.ts";
import type { AssistantRecord } from "../records.ts";
import { deliver, type Delivery, type DeliveryDeps } from "./deliver.ts";
import { type CallResult, interpret } from "./interpret.ts";
import { renderLiquid } from "./liquid.ts";
import { type Fields, type Surroundings, type ToolCallEntry, toolCallPayload } from "./payload.ts";
import { type ResolvedTool, resolveTool } from "./resolve.ts";
import { isSingleCall, type PayloadShape } from "./shapes.ts";
import { type CallContext, surroundings } from "./surroundings.ts";

export interface ToolCallRequest {
  toolName: string;
  /** What the model wrote; a string is sent unchanged, so it need not be JSON. */
  arguments: Fields | string;
  /** Default: a new one. */
  toolCallId?: string;
}

export interface ToolCallOptions extends CallContext {
  /** Default "tool-calls". */
  shape?: PayloadShape;
  /** Sends to this URL instead of the tool's. */
  url?: string;
  /** Replace or (null) remove headers of the tool's server. */
  headers?: Record<string, string | null>;
  /** Changes the body just before it is serialized. */
  edit?: (body: Fields) => unknown;
}

export interface ToolCallOutcome {
  /** HTTP status of the (first) delivery, null if no answer came in time. */
  status: number | null;
  /** Text of the (first) answer. */
  raw: string;
  /** One per server that was asked; calls for one server share a message. */
  deliveries: Delivery[];
  /** In the order of the calls. */
  perCall: CallResult[];
}

export type CallDeps = DeliveryDeps & { account: Account };

/**
 * Plays the model's tool calls of one turn: finds the tools of the assistant, sends the calls to their servers in parallel, reads the
 * answers. Throws if a real call would break (see `resolveTool`).
 */
export async function callTools(
  deps: CallDeps,
  requests: ToolCallRequest[],
  options: ToolCallOptions,
): Promise<ToolCallOutcome> {
  const assistant = deps.account.assistants.get(options.assistantId);
  const around = surroundings(options, { assistant, now: deps.now() });
  const calls = requests.map((request) => toolCall(deps, request, { assistant, around }));
  const groups = groupByServer(calls, options);
  const answered = await Promise.all(
    groups.map((group) => callServer(deps, group, { options, assistant, around })),
  );
  const results = new Map(answered.flatMap(({ results }) => results));
  const deliveries = answered.flatMap(({ delivery }) => delivery === null ? [] : [delivery]);
  return {
    status: deliveries[0]?.status ?? null,
    raw: deliveries[0]?.raw ?? "",
    deliveries,
    perCall: calls.flatMap((call) => results.get(call) ?? []),
  };
}

interface Turn {
  assistant: AssistantRecord;
  around: Surroundings;
}

/** Static parameters of the tool override what the model wrote. */
function toolCall(
  deps: CallDeps,
  request: ToolCallRequest,
  { assistant, around }: Turn,
): ToolCallEntry {
  const tool = resolveTool(deps.account, assistant, request.toolName);
  const id = request.toolCallId ?? `call_${crypto.randomUUID().replaceAll("-", "").slice(0, 24)}`;
  if (typeof request.arguments === "string") return { id, tool, arguments: request.arguments };
  return { id, tool, arguments: { ...request.arguments, ...staticParameters(tool, around) } };
}

function staticParameters({ definition }: ResolvedTool, around: Surroundings): Fields {
  const { call, customer, phoneNumber, assistant } = around;
  const variables = { call, customer, phoneNumber, assistant };
  return Object.fromEntries(
    (definition.parameters ?? []).map(({ key, value }) => [key, renderLiquid(value, variables)]),
  );
}

function groupByServer(calls: ToolCallEntry[], { shape, url }: ToolCallOptions): ToolCallEntry[][] {
  if (shape !== undefined && isSingleCall(shape)) return calls.map((call) => [call]);
  const groups = Map.groupBy(calls, ({ tool }) => url ?? JSON.stringify(tool.server));
  return [...groups.values()];
}

async function callServer(
  deps: CallDeps,
  calls: ToolCallEntry[],
  { options, assistant, around }: Turn & { options: ToolCallOptions },
): Promise<{ delivery: Delivery | null; results: [ToolCallEntry, CallResult][] }> {
  const [first] = calls;
  if (first === undefined) return { delivery: null, results: [] };
  const { shape = "tool-calls", url, headers, edit } = options;
  const delivery = hears(assistant, shape)
    ? await deliver(deps, {
      server: { ...first.tool.server, ...(url === undefined ? {} : { url }) },
      body: JSON.stringify((edit ?? identity)(toolCallPayload(shape, calls, around))),
      ...(headers === undefined ? {} : { headers }),
    })
    : unsent(first.tool.server.url);
  return { delivery, results: calls.map((call) => [call, interpret(delivery, shape, call)]) };
}

/** `serverMessages`, if set, also filters tool calls. */
function hears({ serverMessages }: AssistantRecord, shape: PayloadShape): boolean {
  const type = shape === "function-call" ? "function-call" : "tool-calls";
  return serverMessages === undefined || serverMessages.includes(type);
}

function unsent(url: string): Delivery {
  const problem = "Not sent: serverMessages of the assistant lacks it";
  return { url, status: null, raw: "", contentType: null, problem, attempts: 0, ms: 0 };
}

function identity<T>(value: T): T {
  return value;
}
