/** The calls of one run: a scripted caller talks to a stand-in for the model, or to a model, until one hangs up. */
import { todayIn } from "../../shared/tools/local_date.ts";
import type { Stack } from "../local/stack.ts";
import type { PayloadShape } from "../local/vapi/calls/shapes.ts";
import { Caller } from "./caller.ts";
import type { Clinic } from "./clinics.ts";
import { knowledgeOf } from "./knowledge.ts";
import { PhoneLine } from "./line.ts";
import { type Endpoint, LiveModel } from "./live_model.ts";
import { Model } from "./model.ts";
import type { Call, Scenario, StandIn } from "./scenario.ts";
import { temperOf } from "./tempers.ts";

/** The calls of a run, as they went. */
export interface Played {
  readonly calls: readonly { caller: Caller; line: PhoneLine }[];
}

interface Playing {
  readonly scenario: Scenario;
  readonly standIn: StandIn;
  readonly shape: PayloadShape;
  readonly seed: number;
  /** Speaks in place of the stand-in. */
  readonly endpoint: Endpoint | undefined;
}

/** Holds the calls of a run, one after the other. */
export async function playRun(stack: Stack, clinic: Clinic, run: Playing): Promise<Played> {
  const calls = [];
  for (const call of run.scenario.calls) {
    calls.push(await playCall(stack, clinic, { ...run, call }));
    if (call.reply !== undefined) await answerOffer(stack, clinic, call.reply);
  }
  return { calls };
}

async function playCall(
  stack: Stack,
  clinic: Clinic,
  { scenario, standIn, shape, seed, call, endpoint }: Playing & { call: Call },
) {
  const { timezone, language } = scenario.clinic;
  const from = call.from ?? call.facts.phone ?? "withheld";
  const number = from === "withheld" ? null : from;
  const line = new PhoneLine(stack, clinic, { shape, number, seed, callId: crypto.randomUUID() });
  const knowledge = await knowledgeOf(stack, clinic.assistantId, number);
  const caller = new Caller({
    call,
    language,
    today: todayIn(timezone, new Date()),
    readCode: () => latestCode(stack, clinic, call.reads ?? call.facts.phone ?? null),
  });
  const model = endpoint === undefined
    ? new Model(knowledge, temperOf(standIn), line, language)
    : new LiveModel(knowledge, endpoint, line);
  let heard = caller.open();
  for (;;) {
    line.say("caller", heard.text);
    const speech = await model.answer(heard);
    line.say("assistant", speech.text);
    const next = await caller.answer(speech);
    if (next === null || caller.turns > MAX_TURNS) break;
    heard = next;
  }
  await line.end();
  return { caller, line };
}

const MAX_TURNS = 14;

async function latestCode(
  { sql }: Stack,
  { orgId }: Clinic,
  phone: string | null,
): Promise<string | null> {
  const [text] = await sql<{ body: string }[]>`
    select body from sms_messages where org_id = ${orgId} and recipient = ${phone} and kind = 'code'
    order by created_at desc limit 1`;
  return /\b\d{6}\b/.exec(text?.body ?? "")?.[0] ?? null;
}

/**
 * Offers slots that became free to the people who wait for them, as the outbox does. The outbox itself is not woken, because it would send
 * the texts of all clinics. Somebody answers theirs.
 */
async function answerOffer(
  { sql, integrations }: Stack,
  { orgId }: Clinic,
  { from, text }: { from: string; text: string },
): Promise<void> {
  await sql`
    select private.offer_to_next(org_id, (payload ->> 'calendarId')::uuid, (payload ->> 'startsAt')::timestamptz)
    from jobs where queue = 'outbox' and org_id = ${orgId} and payload ->> 'kind' = 'waitlist_offer'`;
  await integrations.twilio.receive({ from, body: text });
}
