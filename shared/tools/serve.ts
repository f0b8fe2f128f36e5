/** The way of a tool call through a function: authenticate, parse, answer each call, reply as the caller expects. */
import { inBackground } from "../http/background.ts";
import { createDb, type Db } from "../db.ts";
import { type CommonEnv, readEnv, type WebhookEnv } from "../env/env.ts";
import { AppError } from "../http/errors.ts";
import { serve, type Served, serveLazily } from "../http/serve.ts";
import { parseJson } from "../json.ts";
import { createLogger, type Log } from "../log.ts";
import { createRecorder, type Recorder } from "../metrics/recorder.ts";
import { parseToolCallRequest, type ToolCallRequest } from "../vapi/messages.ts";
import { formatToolResponse } from "../vapi/responses.ts";
import { vapi } from "../vapi/webhook_auth.ts";
import { answerCalls } from "./answer_calls.ts";
import {
  type ContextDependencies,
  createOrgCache,
  type OrgCache,
  type ToolHandler,
} from "./context.ts";
import type { ToolArgs, ToolDefinition } from "./define.ts";
import { endpoint, type ToolEndpoint } from "./endpoint.ts";

export interface ServeDependencies {
  env: CommonEnv & WebhookEnv;
  db: Db;
  orgs: OrgCache;
  recorder: Recorder;
  log: Log;
  now: () => Date;
}

/** Less than Vapi waits, so that the caller hears a reason instead of silence. */
const DATABASE_TIMEOUT_MS = 10_000;

/** The function of one tool: `export default serveTool(tool, run)`. Reads the environment at the first request. */
export function serveTool<Tool extends ToolDefinition>(
  tool: Tool,
  run: ToolHandler<ToolArgs<Tool>>,
): Served {
  const endpoints = [endpoint(tool, run)];
  return serveLazily(
    () => serveEndpoints(endpoints, createServeDependencies(tool.slug)),
    (error) => createLogger(tool.slug).error("request_failed", { error }),
  );
}

export function createServeDependencies(fn: string): ServeDependencies {
  const env = readEnv({ need: ["supabase", "webhook"] });
  const log = createLogger(fn, { execution_id: env.executionId });
  const db = createDb({
    url: env.supabaseUrl,
    key: env.secretKey,
    timeoutMs: DATABASE_TIMEOUT_MS,
  });
  return {
    env,
    db,
    log,
    orgs: createOrgCache(),
    recorder: createRecorder({ db, log }),
    now: () => new Date(),
  };
}

/**
 * Answers requests to the endpoints: 401 without the webhook's secret; after that always 200, because Vapi
 * ignores every other answer, with a result or an error per call. A GET says that the endpoint is there.
 */
export function serveEndpoints(
  endpoints: readonly ToolEndpoint[],
  { now, ...dependencies }: ServeDependencies,
): Served {
  const tools = endpoints.map(({ tool }) => tool.name);
  const frame = {
    auth: vapi(dependencies.env),
    probe: () => Response.json({ success: true, tools }),
    log: dependencies.log,
  };
  return serve(frame, async ({ caller: body, requestId, log }) =>
    Response.json(
      await answerBody(body, endpoints, { ...dependencies, requestId, log, now: now() }),
    ));
}

/** Answers the tool calls in a verified body, in the format that its shape asks for. */
export async function answerBody(
  body: string,
  endpoints: readonly ToolEndpoint[],
  dependencies: ContextDependencies,
): Promise<unknown> {
  const request = findCalls(body);
  if (request === null) {
    dependencies.log.warn("tool_call", { outcome: "no_call" });
    return { error: "The request holds no tool call that could be read." };
  }
  const outcomes = await answerCalls(request, endpoints, dependencies);
  inBackground(dependencies.recorder.flush());
  return formatToolResponse(request, outcomes);
}

/** Null for a body without a tool call, or that isn't JSON. */
function findCalls(body: string): ToolCallRequest | null {
  try {
    return parseToolCallRequest(parseJson(body));
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof AppError) return null;
    throw error;
  }
}
