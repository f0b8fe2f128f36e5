/**
 * rehearse: a member tries an agent's tool from the console, without a call. The arguments are read and the tool is carried out
 * as in a call, but on calendars that callers never get, and texts are shown instead of sent. `*_rehearsals.sql` sees to that.
 */
import type { Db } from "../../shared/db.ts";
import type { CommonEnv, SupabaseEnv } from "../../shared/env/env.ts";
import { parseInput, readJson } from "../../shared/http/bodies.ts";
import { AppError } from "../../shared/http/errors.ts";
import { serve, type Served } from "../../shared/http/serve.ts";
import { user } from "../../shared/http/user_auth.ts";
import type { JsonValue } from "../../shared/json.ts";
import type { Log } from "../../shared/log.ts";
import { createOrgCache, type ToolContext } from "../../shared/tools/context.ts";
import type { ToolDefinition } from "../../shared/tools/define.ts";
import { sqlArguments } from "../../shared/tools/define.ts";
import { readArguments } from "../../shared/tools/read_arguments.ts";
import { speakError } from "../../shared/tools/reading.ts";
import type { CallContext } from "../../shared/vapi/call_context.ts";
import { type Answer, answerSchema, type Begun, begunSchema, bodySchema } from "./body.ts";

export interface RehearseDeps {
  env: CommonEnv & Pick<SupabaseEnv, "supabaseUrl" | "jwks">;
  db: Db;
  log: Log;
  /** Called only once the user is known. */
  tools: () => Promise<readonly ToolDefinition[]>;
  now: () => Date;
}

export function rehearse(deps: RehearseDeps): Served {
  const frame = { auth: user(deps.env), log: deps.log, refusal: "rehearsal_refused" };
  return serve(frame, async ({ request, caller: { userId }, requestId, log }) => {
    const startedAt = performance.now();
    const body = parseInput(bodySchema, await readJson(request), "rehearse");
    const { agentId, sessionId } = body;
    const begun = begunSchema.parse(
      await deps.db.rpc("begin_rehearsal", {
        p_user_id: userId,
        p_agent_id: agentId,
        p_session_id: sessionId,
      }),
    );
    const tools = await deps.tools();
    if (body.tool === undefined) return Response.json(await describe(begun, tools));

    const tool = tools.find(({ name }) => name === body.tool);
    if (tool === undefined) throw new AppError("not_found", `There is no tool "${body.tool}"`);
    const context = contextOf(begun, body.caller, { ...deps, log, requestId });
    const carryOut = async (args: JsonValue) =>
      answerSchema.parse(
        await deps.db.rpc("rehearse_tool", {
          p_user_id: userId,
          p_agent_id: agentId,
          p_tool: tool.name,
          p_call: {
            ...context.call,
            channels: { sms: deps.env.twilio !== undefined, calendar: false },
            requestId,
          },
          p_args: args,
        }),
      );
    const answer = await answered(async () => {
      const { values, remarks } = await readArguments(tool, body.arguments, context);
      const { result, texts } = await carryOut(sqlArguments(tool, values));
      return { result: { ...result, message: [result.message, ...remarks].join(" ") }, texts };
    }, context);
    const ms = Math.round(performance.now() - startedAt);
    log.info("rehearsed", { org_id: begun.call.metadataOrgId, tool: tool.name, ms });
    return Response.json({ success: true, ...answer, ms });
  });
}

/** The tools that the agent may use, with what a model is told about their arguments. */
async function describe({ tools, calendars }: Begun, catalogue: readonly ToolDefinition[]) {
  const { toolParameters } = await import("../../shared/tools/vapi_tool.ts");
  const offered = catalogue.filter(({ name }) => tools?.includes(name) ?? true);
  return {
    success: true,
    calendars,
    tools: offered.map((tool) => ({
      name: tool.name,
      description: tool.description,
      parameters: toolParameters(tool),
    })),
  };
}

function contextOf(
  { call }: Begun,
  customerNumber: string | null,
  deps: RehearseDeps & { requestId: string },
): ToolContext {
  const callContext: CallContext = {
    callId: call.callId,
    chatId: null,
    sessionId: null,
    previousChatId: null,
    assistantId: call.assistantId ?? null,
    phoneNumberId: null,
    metadataOrgId: call.metadataOrgId,
    metadataOrgIds: [call.metadataOrgId],
    metadataIsOurs: true,
    customerNumber,
  };
  // For this request alone: the member may just have changed the settings.
  const orgs = createOrgCache();
  return {
    call: { ...callContext, toolCallId: deps.requestId },
    env: deps.env,
    db: deps.db,
    log: deps.log,
    now: deps.now(),
    org: () => orgs.get(callContext, deps.db),
  };
}

/** What the agent would say, even if the tool could not be carried out. Throws errors that are not part of a conversation. */
async function answered(
  work: () => Promise<Answer>,
  { org, log }: ToolContext,
): Promise<Answer | { error: string; texts: [] }> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof AppError && !["question", "invalid_input"].includes(error.code)) {
      throw error;
    }
    log.info("rehearsal_not_carried_out", { error });
    return { error: await speakError(error, (await org()).language), texts: [] };
  }
}
