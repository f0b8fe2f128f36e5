/**
 * sms-inbound: what Twilio tells us. Texts to the platform's number (STOP, START, HELP; anything else is not kept),
 * and what became of the messages that we sent. Twilio signs both.
 */
import { z } from "zod";
import type { Db } from "../../shared/db.ts";
import type { IntegrationsEnv, SupabaseEnv } from "../../shared/env/env.ts";
import { AppError, toErrorResponse } from "../../shared/http/errors.ts";
import { parseInput, readText, requestId, requireMethod } from "../../shared/http/bodies.ts";
import type { Log } from "../../shared/log.ts";
import { logRefusal } from "../../shared/http/log_refusal.ts";
import { isStorable } from "../../shared/storable.ts";
import { verifyTwilioSignature } from "./signature.ts";
import { twiml } from "./twiml.ts";

export interface SmsInboundDeps {
  env: Pick<IntegrationsEnv, "twilio"> & Pick<SupabaseEnv, "backendUrl">;
  db: Db;
  log: Log;
}

const MAX_BYTES = 64_000;
const E164 = /^\+[1-9]\d{6,14}$/;

const name = z.string().max(200).refine(isStorable, "contains NUL");
const statusSchema = z.object({
  MessageSid: name,
  MessageStatus: name,
  ErrorCode: z.coerce.number().pipe(z.int32()).optional(),
});
const textSchema = z.object({
  From: z.string(),
  /** NUL is no part of any word that counts. */
  Body: z.string().default("").transform((text) => text.replaceAll("\0", "")),
  /** Set by Twilio's Advanced Opt-Out, which has then answered the sender. Of another kind, the text itself decides. */
  OptOutType: z.enum(["STOP", "START", "HELP"]).optional().catch(undefined),
});
const receivedSchema = z.object({ keyword: z.string().nullable(), reply: z.string().nullable() });
const messageIdSchema = z.uuid().nullable().catch(null);

export async function handle(request: Request, given: SmsInboundDeps): Promise<Response> {
  const deps = { ...given, log: given.log.with({ request_id: requestId(request) }) };
  try {
    requireMethod(request, "POST");
    const { search, searchParams } = new URL(request.url);
    const params = new URLSearchParams(await readText(request, { maxBytes: MAX_BYTES }));
    await requireSignature(request, deps.env, { search, params });

    const fields = Object.fromEntries(params);
    if (params.has("MessageStatus")) {
      const status = parseInput(statusSchema, fields, "record the status");
      return await recordStatus(deps, status, searchParams.get("message"));
    }
    return await receiveText(deps, parseInput(textSchema, fields, "read the message"));
  } catch (error) {
    logRefusal(deps.log, "request_refused", error);
    return toErrorResponse(error);
  }
}

/** Twilio signs the URL that it was given, whatever proxies have made of it since. */
async function requireSignature(
  request: Request,
  { twilio, backendUrl }: SmsInboundDeps["env"],
  { search, params }: { search: string; params: URLSearchParams },
): Promise<void> {
  const valid = twilio !== undefined && await verifyTwilioSignature(twilio.authToken, {
    url: `${backendUrl}/sms-inbound${search}`,
    params,
    signature: request.headers.get("x-twilio-signature"),
  });
  if (!valid) throw new AppError("unauthorized", "This request is not signed by Twilio");
}

async function recordStatus(
  { db, log }: SmsInboundDeps,
  { MessageSid: sid, MessageStatus: status, ErrorCode: errorCode }: z.infer<typeof statusSchema>,
  messageId: string | null,
): Promise<Response> {
  const outcome = await db.rpc("record_sms_status", {
    p_message_id: messageIdSchema.parse(messageId),
    p_sid: sid,
    p_provider_status: status,
    p_error_code: errorCode ?? null,
  });
  log.info("sms_status", { sid, status, outcome, ...(errorCode && { twilio_error: errorCode }) });
  return new Response(null, { status: 204 });
}

async function receiveText(
  { db, log }: SmsInboundDeps,
  { From: from, Body: body, OptOutType: handledAs }: z.infer<typeof textSchema>,
): Promise<Response> {
  // Short codes and sender names can't be texted, so they have nothing to opt out of.
  if (!E164.test(from)) return twiml(null);
  const { keyword, reply } = receivedSchema.parse(
    await db.rpc("receive_sms", { p_from: from, p_body: body, p_handled_as: handledAs ?? null }),
  );
  log.info("sms_received", { outcome: keyword ?? "ignored" });
  return twiml(reply);
}
