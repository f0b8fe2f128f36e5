/**
 * vapi-webhook: the server URL of our assistants. Tool calls go to any tool; the lifecycle of a call is recorded; a request for
 * an assistant is answered for the numbers that we know; everything else is accepted and counted.
 */
import { z } from "zod";
import { inBackground, serve, type Served } from "../../shared/http/serve.ts";
import { parseBody } from "../../shared/http/bodies.ts";
import { AppError } from "../../shared/http/errors.ts";
import { isJsonObject, type JsonObject } from "../../shared/json.ts";
import { answerCalls } from "../../shared/tools/answer_calls.ts";
import type { ServedTool } from "../../shared/tools/define.ts";
import type { ServeDependencies } from "../../shared/tools/context.ts";
import { readCallContext } from "../../shared/vapi/call_context.ts";
import { vapi } from "../../shared/vapi/webhook_auth.ts";
import { claimsIn } from "./claims.ts";
import { asksForDestination, destination } from "./destination.ts";
import { eventOf, isToolCall, messageOf } from "./event.ts";

export interface WebhookDeps extends ServeDependencies {
  tools: readonly ServedTool[];
  /** Starts the tools' functions, so that the first call to one does not wait for its start. Never rejects. */
  warm: () => Promise<void>;
}

const assistantSchema = z.object({ assistantId: z.string() }).nullable();

/** Vapi reads the error aloud and hangs up. */
const NO_ASSISTANT = "Sorry, nobody can take calls on this number at the moment.";

export function vapiWebhook(deps: WebhookDeps): Served {
  const { onStranger } = deps;
  const frame = {
    auth: vapi(deps.env),
    log: deps.log,
    refusal: "webhook_refused",
    ...(onStranger && { onStranger }),
  };
  return serve(frame, async (call) => {
    const body = parseBody(call.caller);
    const message = messageOf(body);
    if (isToolCall(message)) return await answerCalls(call, deps.tools, deps);
    const event = isJsonObject(body) ? body : {};
    return Response.json(await answerEvent(event, message, { ...deps, log: call.log }));
  });
}

async function answerEvent(
  body: JsonObject,
  message: JsonObject,
  deps: WebhookDeps,
): Promise<JsonObject> {
  const call = { ...readCallContext(body) };
  if (message["type"] === "assistant-request") {
    const found = assistantSchema.parse(
      await deps.db.rpc("assistant_for_number", { p_call: call }),
    );
    return found ?? { error: NO_ASSISTANT };
  }

  const event = { ...eventOf(message), ...claimsOf(message, deps.tools) };
  if (event["type"] === "status-update" && event["status"] === "in-progress") {
    inBackground(deps.warm());
  }
  try {
    await deps.db.rpc("record_call_event", { p_call: call, p_event: event });
    deps.log.info("call_event", {
      type: event["type"],
      status: event["status"],
      call_id: call.callId,
    });
  } catch (error) {
    // Not a call of ours: there is nothing to store, and nothing that Vapi could do about it.
    if (!(error instanceof AppError) || !error.code.startsWith("tenant_")) throw error;
    deps.log.warn("call_event", { type: event["type"], outcome: error.code, call_id: call.callId });
  }
  return asksForDestination(message) ? await destination(call, message, deps) : {};
}

/** What the assistant claims to have done, in a report: no other event has the whole conversation. */
function claimsOf(message: JsonObject, tools: readonly ServedTool[]): JsonObject {
  if (message["type"] !== "end-of-call-report") return {};
  const claims = claimsIn(message, tools.map(({ tool }) => tool.name));
  return claims.length === 0 ? {} : { claims };
}
