/** The path of a tool call: read its arguments, ask Google if the tool needs that, carry it out in the database. */
import { AppError } from "../http/errors.ts";
import { type Call, inBackground } from "../http/serve.ts";
import { cut, type JsonObject, parseJson } from "../json.ts";
import type { Log } from "../log.ts";
import { replayKeyOf } from "../vapi/webhook_auth.ts";
import { definitionOf } from "../vapi/call_context.ts";
import { parseToolCallRequest, type ToolCall, type ToolCallRequest } from "../vapi/messages.ts";
import { formatToolResponse, type ToolOutcome, type ToolResult } from "../vapi/responses.ts";
import {
  type ContextDependencies,
  createContext,
  type OrgCache,
  parseToolResult,
  type ServeDependencies,
  type ToolContext,
} from "./context.ts";
import { type ServedTool, sqlArguments, type ToolDefinition } from "./define.ts";
import { todayIn } from "./local_date.ts";
import { FAILURES, formOf, sayFailure, speakError } from "./reading.ts";
import { askForEverything, type ReadArguments, readArguments } from "./read_arguments.ts";
import { callerNumber } from "./readers/numbering.ts";

/** Calls of one message that are carried out. A model makes one or two at a time; each takes a connection. */
const MAX_CALLS_PER_MESSAGE = 32;

/** Some models' ids have thousands of characters. */
const MAX_LOGGED_ID = 100;

/** Vapi waits 20 s by default, and a second attempt may take as long as the first. */
const REPEAT_WITHIN_MS = 5_000;

/**
 * Answers the tool calls in a request from Vapi, in parallel, in the format that matches the request's shape. Never throws:
 * whatever goes wrong with a call becomes its error, a sentence that the assistant can say.
 */
export async function answerCalls(
  { request: httpRequest, caller: body, requestId, log }: Call<string>,
  tools: readonly ServedTool[],
  deps: ServeDependencies,
): Promise<Response> {
  const replayKey = await replayKeyOf(httpRequest, body, deps.env.vapiWebhookSignature);
  const request = findCalls(body, replayKey);
  if (request === null) {
    log.warn("tool_call", { outcome: "no_call" });
    return Response.json({ error: "The request contains no tool call that could be read." });
  }
  const definition = definitionOf(httpRequest);
  const dependencies = { ...deps, requestId, replayKey, definition, log, now: deps.now() };
  const excess = request.calls.slice(MAX_CALLS_PER_MESSAGE);
  if (excess.length > 0) {
    log.warn("tool_call", { outcome: "too_many_calls", count: excess.length });
  }
  const outcomes = await Promise.all(
    withoutTwins(request.calls.slice(0, MAX_CALLS_PER_MESSAGE)).map(async ([call, ...twins]) => {
      const outcome = await answerCall(call, request, tools, dependencies);
      return [outcome, ...twins.map((twin) => ({ ...outcome, call: twin }))];
    }),
  );
  inBackground(deps.recorder.flush());
  const tooMuch = await sayFailure(FAILURES.tooMuch, languageOf(deps.orgs, request));
  const late = excess.map((call) => ({ call, error: tooMuch }));
  return Response.json(formatToolResponse(request, [...outcomes.flat(), ...late]));
}

/** Groups the calls of one message that want the same: a model that stutters causes one text message, not two. */
function withoutTwins(calls: readonly ToolCall[]): [ToolCall, ...ToolCall[]][] {
  const groups = Map.groupBy(
    calls,
    (call) => call.arguments.ok ? signatureOf(call.name, call.arguments.value) : call,
  );
  return [...groups.values()].flatMap(([first, ...twins]) =>
    first === undefined ? [] : [[first, ...twins]]
  );
}

/** Equal for the same tool with the same arguments in any order; works for any text, even one that no database can store. */
function signatureOf(name: string | null, args: JsonObject): string {
  const entries = Object.entries(args).sort(([a], [b]) => a < b ? -1 : 1);
  return JSON.stringify([name, entries]);
}

async function answerCall(
  call: ToolCall,
  { context: callContext }: ToolCallRequest,
  tools: readonly ServedTool[],
  dependencies: ContextDependencies,
): Promise<ToolOutcome> {
  const { db, env, orgs, recorder, requestId } = dependencies;
  const served = await servedTool(call, tools);
  const log = dependencies.log.with({
    tool: served?.tool.name ?? call.name,
    call_id: callContext.callId ?? callContext.sessionId ?? callContext.chatId,
    tool_call_id: cut(call.id, MAX_LOGGED_ID),
  });
  const start = performance.now();
  const ms = () => Math.round(performance.now() - start);
  // The database counts its own answers; other outcomes never reached it.
  const measure = (outcome: string) => {
    const tool = served?.tool.name ?? "unknown";
    recorder.record("tool_call_seconds", { tool, outcome }, ms() / 1000);
  };
  // This shows which definitions models misunderstand.
  const blame = () => {
    if (dependencies.definition) recorder.blame(dependencies.definition);
  };
  if (served === null) {
    log.warn("tool_call", { outcome: "wrong_endpoint" });
    measure("wrong_endpoint");
    return {
      call,
      error: await sayFailure(FAILURES.wrongTool, languageOf(orgs, { context: callContext })),
    };
  }
  const { tool, run } = served;
  if (!call.arguments.ok) {
    log.warn("tool_call", { outcome: "unreadable_arguments", reason: call.arguments.reason });
    measure("unreadable_arguments");
    blame();
    return {
      call,
      error: await askForEverything(tool, createContext(call, callContext, dependencies)),
    };
  }

  // No call waits for a log line: it names the clinic only if the tool has asked for it anyway.
  const clinic = () => ({ org_id: orgs.known(callContext)?.orgId });
  try {
    const context = createContext(call, callContext, { ...dependencies, log });
    const { values, remarks } = await readArguments(tool, call.arguments.value, context);
    if (tool.busyTimes !== undefined) await refreshBusyTimes(tool.busyTimes, values, context);
    let result: ToolResult;
    if (run === undefined) {
      const channels = { sms: env.twilio !== undefined, calendar: env.google !== undefined };
      const answer = await db.rpc("tool_call", {
        p_tool: tool.name,
        p_call: {
          ...context.call,
          customerNumber: await numberOfCaller(context),
          channels,
          requestId,
          replayKey: dependencies.replayKey,
          elapsedMs: ms(),
        },
        p_args: sqlArguments(tool, values),
        // The database has stored what the call with this id did and answered: asked again, it repeats that and does nothing
        // twice.
      }, { repeatWithinMs: REPEAT_WITHIN_MS });
      result = parseToolResult(answer);
    } else {
      const refused = await db.rpc("refusal_of_tool", {
        p_tool: tool.name,
        p_call: { ...context.call },
      });
      result = refused === null ? await run(values, context) : parseToolResult(refused);
    }
    const outcome = result.success ? "ok" : result.code ?? "refused";
    log.info("tool_call", { ...clinic(), outcome, ms: ms() });
    if (run !== undefined) measure(outcome);
    return { call, result: withRemarks(result, remarks) };
  } catch (error) {
    measure(logFailure(log.with(clinic()), error, ms()));
    blame();
    const form = formOf(error);
    const said = await speakError(error, languageOf(orgs, { context: callContext }));
    return { call, error: said, ...(form === undefined ? {} : { form }) };
  }
}

/** The agent's language, if the call got far enough for it to be known: nothing is requested just to report a failure. */
function languageOf(orgs: OrgCache, { context }: Pick<ToolCallRequest, "context">): string {
  return orgs.known(context)?.language ?? "en";
}

/** In E.164, because the database knows people by that. Only a number without its country code needs the clinic's country. */
async function numberOfCaller({ call, org }: ToolContext): Promise<string | null> {
  const { customerNumber } = call;
  if (customerNumber === null) return null;
  return await callerNumber(customerNumber) ??
    await callerNumber(customerNumber, (await org()).country);
}

/** Null if the body is not JSON or has no tool call. */
function findCalls(body: string, replayKey: string | null): ToolCallRequest | null {
  try {
    return parseToolCallRequest(parseJson(body), replayKey);
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof AppError) return null;
    throw error;
  }
}

/**
 * The tool that answers a call: the one with that name, or the only one there is. A single tool also answers to names that the
 * catalogue does not know (a tool made by hand with our URL), but never to another tool's name.
 */
async function servedTool(
  call: ToolCall,
  tools: readonly ServedTool[],
): Promise<ServedTool | null> {
  const named = tools.find(({ tool }) => tool.name === call.name);
  const [only, ...others] = tools;
  if (named !== undefined || only === undefined || others.length > 0) return named ?? null;
  const { catalogue } = await import("./catalogue.ts");
  const isAnothers = catalogue.some(({ name }) => name === call.name);
  return isAnothers ? null : only;
}

function withRemarks(result: ToolResult, remarks: readonly string[]): ToolResult {
  return remarks.length === 0
    ? result
    : { ...result, message: [result.message, ...remarks].join(" ") };
}

/** Questions are part of every conversation; everything else is somebody's fault. Returns the outcome. */
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

/** How old Google's busy times may be for an answer about free times, and before a slot is taken. */
const MAX_AGE_SECONDS = { look: 60, take: 10 };

/**
 * Brings Google's busy times up to date before the database is asked about a day, or about the next days if none was named. Never
 * throws; without Google, nothing is loaded or requested.
 */
async function refreshBusyTimes(
  busyTimes: NonNullable<ToolDefinition["busyTimes"]>,
  values: ReadArguments["values"],
  context: ToolContext,
): Promise<void> {
  if (context.env.google === undefined) return;
  const google = await import("../google/busy.ts");
  const day = values[busyTimes.day];
  await google.refreshBusyTimes(context, {
    date: typeof day === "string" ? day : todayIn("UTC", context.now),
    maxAgeSeconds: MAX_AGE_SECONDS[busyTimes.purpose],
  });
}
