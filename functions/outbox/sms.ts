/**
 * Sends a text message.
 *
 * Twilio has no idempotency keys for messages. So `begin_sms` records that an attempt begins, and after an attempt with an
 * unknown outcome the message is looked for at Twilio before it is sent again; Twilio's status callbacks carry our id and settle
 * most such cases earlier. One case remains: a message that Twilio accepted, but neither lists nor reports before the next
 * attempt (a few seconds later for codes, 30 s for others), is sent twice.
 */
import { lease } from "../../shared/worker/job.ts";
import { isMessageRefusal } from "./message_refusals.ts";
import type { Twilio, TwilioMessage } from "./twilio_port.ts";
import { ServiceError } from "../../shared/http/errors.ts";
import type { OutboxDeps } from "./deps.ts";
import { findSent } from "./find_sent.ts";
import { type OutboxJob, type SmsTurn, smsTurnSchema } from "./job.ts";

const OPTED_OUT = "twilio_21610";

type SendTurn = Extract<SmsTurn, { action: "send" }>;

/** Returns the outcome: sent, found, not_configured, Twilio's refusal, or why the rules forbid it. */
export async function sendSms(
  { db, twilio, backendUrl }: OutboxDeps,
  job: OutboxJob,
  signal: AbortSignal,
): Promise<string> {
  const drop = async (status: string, reason: string) => {
    await db.rpc("drop_sms", { ...lease(job), p_status: status, p_reason: reason });
    return reason;
  };
  if (twilio === null) return await drop("not_configured", "not_configured");

  const turn = smsTurnSchema.parse(await db.rpc("begin_sms", lease(job)));
  if (turn.action === "done") return turn.outcome;

  const earlier = await findEarlier(twilio, turn, signal);
  let sent: TwilioMessage;
  try {
    sent = earlier ?? await twilio.send({
      to: turn.to,
      body: turn.body,
      statusCallback: `${backendUrl}/sms-inbound?message=${turn.messageId}`,
      ...(turn.secondsLeft === null ? {} : { validitySeconds: turn.secondsLeft }),
    }, { signal });
  } catch (error) {
    if (!(error instanceof ServiceError) || error.outcomeUnknown) throw error;
    if (isMessageRefusal(error.code)) {
      return await drop(error.code === OPTED_OUT ? "blocked" : "failed", error.code);
    }
    // This attempt has sent nothing; whether an earlier one did, if it was not found, is uncertain.
    if (turn.triedSince === null) await db.rpc("requeue_sms", lease(job));
    throw error;
  }
  await db.rpc("complete_sms", {
    ...lease(job),
    p_sid: sent.sid,
    p_provider_status: sent.status,
  });
  return earlier === null ? "sent" : "found";
}

async function findEarlier(
  twilio: Twilio,
  { to, body, triedSince, othersSids }: SendTurn,
  signal: AbortSignal,
): Promise<TwilioMessage | null> {
  if (triedSince === null) return null;
  const messages = await twilio.sentTo(to, { signal });
  return findSent(messages, { body, since: triedSince, others: othersSids });
}
