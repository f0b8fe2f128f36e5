/** The path of a tool call through a function: authenticate, parse, answer each call, reply in the format that the caller expects. */
import { createDb } from "../db.ts";
import { readEnv } from "../env/env.ts";
import { inBackground, serve, type Served, serveLazily } from "../http/serve.ts";
import { createLogger } from "../log.ts";
import { countStrangers, createRecorder } from "../metrics/recorder.ts";
import { vapi } from "../vapi/webhook_auth.ts";
import { answerCalls } from "./answer_calls.ts";
import { createOrgCache, type ServeDependencies } from "./context.ts";
import type { Run, ServedTool, ToolDefinition } from "./define.ts";
import { loadReaders } from "./fields.ts";

/** Less than Vapi waits, so that the caller hears a reason instead of silence. */
const DATABASE_TIMEOUT_MS = 10_000;

/** The function of one tool: `export default serveTool(tool)`. Reads the environment at the first request. */
export function serveTool<Tool extends ToolDefinition>(
  tool: Tool,
  run?: Run<Tool>,
): Served {
  const tools: readonly ServedTool[] = [run === undefined ? { tool } : { tool, run }];
  return serveLazily(
    () => serveTools(tools, createServeDependencies(tool.slug)),
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
  const recorder = createRecorder({ db, log });
  return {
    env,
    db,
    log,
    orgs: createOrgCache(),
    recorder,
    onStranger: countStrangers(recorder, fn),
    now: () => new Date(),
  };
}

/**
 * Answers requests to the tools: 401 without the webhook's secret; otherwise always 200, because Vapi ignores every other answer, with a
 * result or an error per call. A GET shows that the endpoint exists.
 */
export function serveTools(
  tools: readonly ServedTool[],
  dependencies: ServeDependencies,
): Served {
  const names = tools.map(({ tool }) => tool.name);
  const { log, onStranger } = dependencies;
  const frame = {
    auth: vapi(dependencies.env),
    probe: () => {
      // A call has begun (see vapi-webhook), and its caller will talk for some seconds.
      inBackground(loadReaders().catch((error) => log.warn("readers_not_loaded", { error })));
      return Response.json({ success: true, tools: names });
    },
    log,
    ...(onStranger && { onStranger }),
  };
  return serve(frame, (call) => answerCalls(call, tools, dependencies));
}
