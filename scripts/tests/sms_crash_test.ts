/**
 * A worker that dies at any step of sending a text message: it is sent once.
 *
 * Twilio reports nothing by itself here, so that the look-up alone has to find what was sent; one test shows that a report settles it too.
 */
import assert from "node:assert/strict";
import type { Fault } from "../local/double/faults.ts";
import { eventually } from "./support/eventually.ts";
import { type OutboxClinic, outboxWorld } from "./support/outbox_world.ts";
import { crash } from "./support/world.ts";

const world = outboxWorld({ twilio: { delivers: false } });

/** Runs until the fault's request has reached Twilio, then kills the worker in the middle of it. */
async function crashDuring(
  match: string,
  fault: Fault,
  wake: () => Promise<unknown>,
): Promise<void> {
  const mark = world.twilio.requests.seq;
  world.twilio.faults.next(match, fault);
  await wake();
  await eventually(
    "the request is at Twilio",
    () => world.twilio.requests.matching(match, mark).length > 0,
  );
  await crash(world.stack, "outbox");
}

/** What the next worker does. */
async function recover(clinic: OutboxClinic, messageId: string | undefined): Promise<void> {
  await world.drain();
  const { status, provider_sid: sid } = await clinic.message(messageId);
  assert.equal(status, "sent");
  assert.ok(world.twilio.textsTo().some((text) => text.sid === sid));
}

const SEND = "POST /2010-04-01/Accounts/:sid/Messages.json";
const LOOK_UP = "GET /2010-04-01/Accounts/:sid/Messages.json";

Deno.test("killed after the claim, before anything was done: sent once", async () => {
  const clinic = await world.clinic();
  const to = await clinic.patient();
  await world.quiet();
  const { messageId } = await clinic.queue({ to });
  await world.stack.sql`select public.claim_outbox_jobs(10, 180)`;
  assert.equal((await clinic.job(`sms:${messageId}`)).status, "running");
  await world.expireLeases();
  world.stack.net.resume();
  await recover(clinic, messageId);
  assert.equal(world.twilio.textsTo(to).length, 1);
});

Deno.test("killed after it was marked as being sent, before the request: looked for, then sent once", async () => {
  const clinic = await world.clinic();
  const to = await clinic.patient();
  await world.quiet();
  const { messageId } = await clinic.queue({ to });
  await world.stack.sql`
    select public.begin_sms((job ->> 'id')::uuid, (job ->> 'leaseToken')::uuid)
    from jsonb_array_elements(public.claim_outbox_jobs(10, 180) -> 'jobs') job`;
  assert.equal((await clinic.message(messageId)).status, "sending");
  await world.expireLeases();
  const mark = world.twilio.requests.seq;
  world.stack.net.resume();
  await recover(clinic, messageId);
  assert.equal(world.twilio.requests.matching(LOOK_UP, mark).length, 1);
  assert.equal(world.twilio.textsTo(to).length, 1);
});

Deno.test("killed while Twilio had not yet accepted it: sent once", async () => {
  const clinic = await world.clinic();
  const to = await clinic.patient();
  let messageId: string | undefined;
  await crashDuring(SEND, "timeout-before-effect", async () => {
    ({ messageId } = await clinic.queue({ to }));
  });
  assert.equal(world.twilio.textsTo(to).length, 0);
  await recover(clinic, messageId);
  assert.equal(world.twilio.textsTo(to).length, 1);
});

Deno.test("killed after Twilio accepted it, before we knew: found, not sent again", async () => {
  const clinic = await world.clinic();
  const to = await clinic.patient();
  let messageId: string | undefined;
  await crashDuring(SEND, "timeout-after-effect", async () => {
    ({ messageId } = await clinic.queue({ to }));
  });
  assert.equal(world.twilio.textsTo(to).length, 1);
  await recover(clinic, messageId);
  assert.equal(world.twilio.textsTo(to).length, 1);
});

Deno.test("killed during the look-up that follows a crash: found by the one after it", async () => {
  const clinic = await world.clinic();
  const to = await clinic.patient();
  let messageId: string | undefined;
  await crashDuring(SEND, "timeout-after-effect", async () => {
    ({ messageId } = await clinic.queue({ to }));
  });
  await crashDuring(LOOK_UP, "timeout-before-effect", () => world.wake());
  await recover(clinic, messageId);
  assert.equal(world.twilio.textsTo(to).length, 1);
});

Deno.test("the answer is lost on its way: found, not sent again", async () => {
  for (
    const fault of ["lost-answer", "truncated-json", { status: 502, afterEffect: true }] as const
  ) {
    const clinic = await world.clinic();
    const to = await clinic.patient();
    world.twilio.faults.next(SEND, fault);
    const { messageId } = await clinic.queue({ to });
    await world.drain();
    assert.equal((await clinic.message(messageId)).status, "sending");
    await world.skipWaiting();
    await recover(clinic, messageId);
    assert.equal(world.twilio.textsTo(to).length, 1);
  }
});

Deno.test("Twilio's report settles a message whose answer was lost, without a look-up", async () => {
  const clinic = await world.clinic();
  const to = await clinic.patient();
  world.twilio.faults.next(SEND, "lost-answer");
  const { messageId } = await clinic.queue({ to });
  await world.drain();
  const sid = world.twilio.textsTo(to)[0]?.sid ?? "";
  assert.equal((await world.twilio.report(sid, "delivered")).status, 204);
  const settled = await clinic.message(messageId);
  assert.deepEqual([settled.status, settled.provider_sid], ["delivered", sid]);

  const mark = world.twilio.requests.seq;
  await world.skipWaiting();
  await world.drain();
  assert.equal(world.twilio.requests.since(mark).length, 0);
  assert.equal((await clinic.job(`sms:${messageId}`)).status, "succeeded");
});

Deno.test("a refusal does not make an earlier attempt forgotten whose answer was lost", async () => {
  const clinic = await world.clinic();
  const to = await clinic.patient();
  world.twilio.faults.next(SEND, "lost-answer");
  const { messageId } = await clinic.queue({ to });
  await world.drain();

  // The second attempt doesn't see it yet, and is refused.
  const { messages } = world.twilio.account;
  const accepted = messages.splice(messages.findIndex((each) => each.to === to), 1);
  world.twilio.faults.next(SEND, { status: 429 });
  await world.skipWaiting();
  await world.drain();
  assert.equal(world.twilio.faults.pending, 0);

  messages.push(...accepted);
  await world.skipWaiting();
  await recover(clinic, messageId);
  assert.equal(world.twilio.textsTo(to).length, 1);
});

Deno.test("an earlier message with the same text is not taken for the one that is looked for", async () => {
  const clinic = await world.clinic();
  const to = await clinic.patient();
  await clinic.queue({ to, body: "First" });
  await world.drain();
  const first = await clinic.queue({ to, body: "The same" });
  await world.drain();
  world.twilio.faults.next(SEND, "dropped");
  const second = await clinic.queue({ to, body: "The same" });
  await world.drain();
  await world.skipWaiting();
  await recover(clinic, second.messageId);
  const [a, b] = [await clinic.message(first.messageId), await clinic.message(second.messageId)];
  assert.notEqual(a.provider_sid, b.provider_sid);
  assert.equal(world.twilio.textsTo(to).length, 3);
});

Deno.test("three workers at once send each message once", async () => {
  const clinic = await world.clinic();
  const numbers = await Promise.all(Array.from({ length: 20 }, () => clinic.patient()));
  await world.quiet();
  await Promise.all(numbers.map((to) => clinic.queue({ to })));
  await Promise.all([world.work(), world.work(), world.work()]);
  world.stack.net.resume();
  const [done] = await world.stack.sql`
    select sum(attempts)::integer as attempts from jobs where org_id = ${clinic.id} and status = 'succeeded'`;
  assert.equal(done?.["attempts"], numbers.length);
  for (const to of numbers) assert.equal(world.twilio.textsTo(to).length, 1);
});
