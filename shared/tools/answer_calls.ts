import { AppError } from "../http/errors.ts";
import type { Log } from "../log.ts";
import type { ToolCall, ToolCallRequest } from "../vapi/messages.ts";
import type { ToolOutcome } from "../vapi/responses.ts";
import { askForEverything } from "./arguments.ts";
import { catalogue } from "./catalogue.ts";
import { type ContextDependencies, createContext } from "./context.ts";
import type { ToolEndpoint } from "./endpoint.ts";
import { speakError } from "./question.ts";

/** Calls of one message that are carried out. A model makes one or two at a time; each takes a connection. */
export const MAX_CALLS_PER_MESSAGE = 32;

const TOO_MANY = "That was too much at once. Please ask for one thing at a time.";

/**
 * Answers every call of a request, side by side. Never throws: whatever goes wrong with a call becomes
 * its error, a sentence that the assistant can say.
 */
export async function answerCalls(
  request: ToolCallRequest,
  endpoints: readonly ToolEndpoint[],
  dependencies: ContextDependencies,
): Promise<ToolOutcome[]> {
  const excess = request.calls.slice(MAX_CALLS_PER_MESSAGE);
  if (excess.length > 0) {
    dependencies.log.warn("tool_call", { outcome: "too_many_calls", count: excess.length });
  }
  const outcomes = await Promise.all(
    request.calls.slice(0, MAX_CALLS_PER_MESSAGE)
      .map((call) => answerCall(call, request, endpoints, dependencies)),
  );
  return [...outcomes, ...excess.map((call) => ({ call, error: TOO_MANY }))];
}

async function answerCall(
  call: ToolCall,
  { context }: ToolCallRequest,
  endpoints: readonly ToolEndpoint[],
  dependencies: ContextDependencies,
): Promise<ToolOutcome> {
  const endpoint = endpointOf(call, endpoints);
  const log = dependencies.log.with({
    tool: endpoint?.tool.name ?? call.name,
    call_id: context.callId ?? context.chatId,
    tool_call_id: call.id,
  });
  const start = performance.now();
  const ms = () => Math.round(performance.now() - start);
  // What the database answers it counts itself; the rest never got there.
  const measure = (outcome: string) => {
    const tool = endpoint?.tool.name ?? "unknown";
    dependencies.recorder.record("tool_call_seconds", { tool, outcome }, ms() / 1000);
  };
  if (endpoint === null) {
    log.warn("tool_call", { outcome: "wrong_endpoint" });
    measure("wrong_endpoint");
    return { call, error: "I can't do that here." };
  }
  if (!call.arguments.ok) {
    log.warn("tool_call", { outcome: "unreadable_arguments", reason: call.arguments.reason });
    measure("unreadable_arguments");
    return { call, error: askForEverything(endpoint.tool) };
  }

  // No call waits for a log line: it names the clinic where the tool has asked for it anyway.
  const clinic = () => ({ org_id: dependencies.orgs.known(context)?.orgId });
  let isCounted = false;
  const meter = { elapsedMs: ms, onCounted: () => isCounted = true };
  try {
    const toolContext = createContext(endpoint.tool, call, context, {
      ...dependencies,
      log,
      meter,
    });
    const result = await endpoint.answer(call.arguments.value, toolContext);
    const outcome = result.success ? "ok" : result.code ?? "refused";
    log.info("tool_call", { ...clinic(), outcome, ms: ms() });
    if (!isCounted) measure(outcome);
    return { call, result };
  } catch (error) {
    measure(logFailure(log.with(clinic()), error, ms()));
    return { call, error: speakError(error) };
  }
}

/**
 * The endpoint that answers a call: the one of that name, or the only one there is. A single endpoint also
 * answers to names that the catalogue doesn't know (a tool made by hand with our URL), never to another
 * tool's name.
 */
function endpointOf(call: ToolCall, endpoints: readonly ToolEndpoint[]): ToolEndpoint | null {
  const named = endpoints.find(({ tool }) => tool.name === call.name);
  if (named !== undefined) return named;
  const isAnothers = catalogue.some(({ name }) => name === call.name);
  return endpoints.length === 1 && !isAnothers ? endpoints[0] ?? null : null;
}

/** A question is part of every conversation; the rest is somebody's fault. Returns the outcome. */
function logFailure(log: Log, error: unknown, ms: number): string {
  if (error instanceof AppError && error.code === "question") {
    log.info("tool_call", { outcome: "question", ms });
    return "question";
  }
  if (error instanceof AppError && error.status < 500) {
    log.warn("tool_call", { outcome: error.code, ms });
    return error.code;
  }
  log.error("tool_call", { outcome: "failed", error, ms });
  return "failed";
}
