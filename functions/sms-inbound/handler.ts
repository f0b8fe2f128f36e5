/**
 * sms-inbound: receives from Twilio the texts to the platform's number (STOP, START, HELP; anything else is not stored) and the
 * status of the messages that we sent. Twilio signs both.
 */
import { z } from "zod";
import type { Db } from "../../shared/db.ts";
import { parseInput } from "../../shared/http/bodies.ts";
import { serve, type Served } from "../../shared/http/serve.ts";
import type { Log } from "../../shared/log.ts";
import { isStorable } from "../../shared/json.ts";
import { twilio, type TwilioAuthEnv } from "./signature.ts";
import { twiml } from "./twiml.ts";

export interface SmsInboundDeps {
  env: TwilioAuthEnv;
  db: Db;
  log: Log;
  onStranger?: () => void;
}

const E164 = /^\+[1-9]\d{6,14}$/;

const name = z.string().max(200).refine(isStorable, "contains NUL");
export const statusSchema = z.object({
  MessageSid: name,
  MessageStatus: name,
  ErrorCode: z.coerce.number().pipe(z.int32()).optional(),
});
export const textSchema = z.object({
  MessageSid: name.optional(),
  From: z.string(),
  /** NUL is not part of any keyword. */
  Body: z.string().default("").transform((text) => text.replaceAll("\0", "")),
  /**
   * Set by Twilio's Advanced Opt-Out, which has then already answered the sender. If it has any other value, the text itself
   * decides.
   */
  OptOutType: z.enum(["STOP", "START", "HELP"]).optional().catch(undefined),
});
const receivedSchema = z.object({ keyword: z.string().nullable(), reply: z.string().nullable() });
const messageIdSchema = z.uuid().nullable().catch(null);

export function smsInbound(deps: SmsInboundDeps): Served {
  const auth = twilio(deps.env, "sms-inbound");
  const { onStranger } = deps;
  return serve(
    { auth, log: deps.log, ...(onStranger && { onStranger }) },
    async ({ request, caller: params, log }) => {
      const fields = Object.fromEntries(params);
      if (params.has("MessageStatus")) {
        const status = parseInput(statusSchema, fields, "record the status");
        const messageId = new URL(request.url).searchParams.get("message");
        return await recordStatus({ ...deps, log }, status, messageId);
      }
      const message = parseInput(textSchema, fields, "read the message");
      // Twilio gives every text an id. One without an id is identified by its signature, which a replay repeats.
      const key = message.MessageSid ?? request.headers.get("x-twilio-signature");
      return await receiveText({ ...deps, log }, message, key);
    },
  );
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
  key: string | null,
): Promise<Response> {
  // Short codes and sender names cannot be texted, so there is nothing to opt out of.
  if (!E164.test(from)) return twiml(null);
  const { keyword, reply } = receivedSchema.parse(
    await db.rpc("receive_sms", {
      p_from: from,
      p_body: body,
      p_handled_as: handledAs ?? null,
      p_message_key: key,
    }),
  );
  log.info("sms_received", { outcome: keyword ?? "ignored" });
  return twiml(reply);
}
