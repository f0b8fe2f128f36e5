/** Text messages, from the request to Twilio's last report: real functions and database, a double of Twilio. */
import assert from "node:assert/strict";
import { newPhone, outboxWorld } from "./support/outbox_world.ts";

const world = outboxWorld();

Deno.test("a queued message is sent automatically, once, and its delivery is recorded", async () => {
  const clinic = await world.clinic();
  const to = await clinic.patient();
  const answer = await clinic.queue({ to });
  assert.equal(answer.status, "queued");

  await world.drain();
  const texts = world.twilio.textsTo(to);
  assert.deepEqual(texts.map(({ body }) => body), [
    `${clinic.name}: See you on Tuesday.\nReply STOP to opt out.`,
  ]);
  const message = await clinic.message(answer.messageId);
  assert.equal(message.status, "delivered");
  assert.equal(message.provider_sid, texts[0]?.sid);
});

Deno.test("the same request is one message, however often it is made, even at once", async () => {
  const clinic = await world.clinic();
  const to = await clinic.patient();
  const answers = await Promise.all(
    Array.from({ length: 5 }, () => clinic.queue({ to, dedupe: "confirmation:1" })),
  );
  assert.equal(new Set(answers.map(({ messageId }) => messageId)).size, 1);
  await world.drain();
  assert.equal(world.twilio.textsTo(to).length, 1);
});

Deno.test("how to opt out is said in the first message to a number and not in the second", async () => {
  const clinic = await world.clinic();
  const other = await world.clinic();
  const to = await clinic.patient();
  await other.patient(to);
  await Promise.all([clinic.queue({ to, body: "One" }), clinic.queue({ to, body: "Two" })]);
  await world.drain();
  await clinic.queue({ to, body: "Three" });
  await other.queue({ to, body: "Four" });
  await world.drain();
  const bodies = world.twilio.textsTo(to).map(({ body }) => body);
  const withLine = bodies.filter((body) => body.includes("Reply STOP to opt out."));
  assert.equal(bodies.length, 4);
  assert.equal(withLine.length, 2, "once for each clinic");
  assert.match(withLine[1] ?? "", /Four/);
});

Deno.test("no message goes to a number without relation to the clinic or the call", async () => {
  const clinic = await world.clinic();
  const stranger = newPhone();
  const caller = newPhone();
  const othersPatient = await (await world.clinic()).patient();
  for (const to of [stranger, othersPatient]) {
    assert.deepEqual(await clinic.queue({ to }), { status: "blocked", code: "no_relation" });
    const refused = await clinic.queue({ to, call: { customerNumber: caller } });
    assert.equal(refused.code, "no_relation");
  }
  const answer = await clinic.queue({ to: caller, call: { customerNumber: caller } });
  assert.equal(answer.status, "queued");
});

Deno.test("no more messages a day and codes an hour go to a number than the policy allows", async () => {
  const clinic = await world.clinic();
  const to = await clinic.patient();
  await world.stack.sql`
    update sms_policies set max_per_day = 2, max_codes_per_hour = 3 where org_id = ${clinic.id}`;
  const messages = await Promise.all([1, 2, 3, 4].map(() => clinic.queue({ to })));
  const codes = await Promise.all([1, 2, 3, 4, 5].map(() => clinic.queue({ to, kind: "code" })));
  const statuses = (answers: { status: string }[]) => answers.map(({ status }) => status).sort();
  assert.deepEqual(statuses(messages), ["blocked", "blocked", "queued", "queued"]);
  assert.deepEqual(statuses(codes), ["blocked", "blocked", "queued", "queued", "queued"]);
  assert.ok(
    messages.every(({ status, code }) => (status === "blocked") === (code === "frequency_cap")),
  );

  await world.stack.sql`
    update sms_messages set created_at = now() - interval '25 hours' where recipient = ${to}`;
  assert.equal((await clinic.queue({ to })).status, "queued");
});

Deno.test("in quiet hours a message waits for their end and is sent then; a code is sent at once", async () => {
  const clinic = await world.clinic();
  const to = await clinic.patient();
  // Quiet from now on until the full hour after the next.
  const [hours] = await world.stack.sql<{ until: Date }[]>`
    update sms_policies set
      quiet_from = date_trunc('minute', now() at time zone 'America/New_York')::time,
      quiet_until = (date_trunc('hour', now() at time zone 'America/New_York') + interval '2 hours')::time
    where org_id = ${clinic.id}
    returning (date_trunc('hour', now() at time zone 'America/New_York') + interval '2 hours')
      at time zone 'America/New_York' as until`;
  const message = await clinic.queue({ to, body: "Later" });
  const code = await clinic.queue({ to, kind: "code", body: "Your code is 123456." });
  assert.equal(message.status, "deferred");
  assert.equal(new Date(message.sendAt ?? "").getTime(), hours?.until.getTime());
  assert.equal(code.status, "queued");
  await world.drain();
  assert.match(world.twilio.textsTo(to).map(({ body }) => body).join("|"), /^[^|]*123456[^|]*$/);

  // A wake-up before its time changes nothing: the rule is checked again.
  await world.skipWaiting();
  await world.drain();
  assert.equal(world.twilio.textsTo(to).length, 1);
  const waiting = await clinic.job(`sms:${message.messageId}`);
  assert.equal(waiting.status, "pending");
  assert.equal(waiting.attempts, 0, "waiting is no attempt");
  assert.equal(waiting.run_at.getTime(), hours?.until.getTime());

  await world.stack
    .sql`update sms_policies set quiet_from = '00:00', quiet_until = '00:00' where org_id = ${clinic.id}`;
  await world.skipWaiting();
  await world.drain();
  assert.match(world.twilio.textsTo(to)[1]?.body ?? "", /Later/);
});

Deno.test("a code's text is erased as soon as it is sent, and never shown to members", async () => {
  const clinic = await world.clinic();
  const to = await clinic.patient();
  const { messageId } = await clinic.queue({ to, kind: "code", body: "Your code is 123456." });
  await world.drain();
  assert.equal((await clinic.message(messageId)).body, null);
  const [grant] = await world.stack.sql<{ may: boolean }[]>`
    select has_column_privilege('authenticated', 'public.sms_messages', 'body', 'select') as may`;
  assert.equal(grant?.may, false);
});

Deno.test("a code that comes too late is not sent, and Twilio is told how long it is good for", async () => {
  const clinic = await world.clinic();
  const to = await clinic.patient();
  const late = await clinic.queue({ to, kind: "code", expiresAt: new Date(Date.now() - 1_000) });
  const good = await clinic.queue({ to, kind: "code", expiresAt: new Date(Date.now() + 600_000) });
  await world.drain();
  assert.equal((await clinic.message(late.messageId)).reason, "expired");
  assert.equal((await clinic.message(good.messageId)).status, "delivered");
  const posts = world.twilio.requests.matching(({ method, body }) =>
    method === "POST" && typeof body === "object" && body !== null && "To" in body && body.To === to
  );
  assert.equal(posts.length, 1);
  const [post] = posts;
  assert.ok(post?.body && typeof post.body === "object" && "ValidityPeriod" in post.body);
  assert.ok(Number(post.body.ValidityPeriod) > 500 && Number(post.body.ValidityPeriod) <= 600);
});

Deno.test("a number that can't get messages ends the message, not the platform's peace", async () => {
  const clinic = await world.clinic();
  const to = await clinic.patient();
  world.twilio.account.landlines.add(to);
  const { messageId } = await clinic.queue({ to });
  await world.drain();
  const message = await clinic.message(messageId);
  assert.deepEqual([message.status, message.reason], ["failed", "twilio_21614"]);
  const job = await clinic.job(`sms:${messageId}`);
  assert.equal(job.status, "succeeded");
  const alerts = await world.stack.sql`select from alerts where org_id = ${clinic.id}`;
  assert.equal(alerts.length, 0);
});

Deno.test("a refusal that the operator can fix is tried again, raises an alert in the end, and can be revived", async () => {
  const clinic = await world.clinic();
  const to = await clinic.patient();
  world.twilio.faults.next("*", { status: 401 }, { times: 1 });
  const { messageId } = await clinic.queue({ to });
  await world.drain();
  let job = await clinic.job(`sms:${messageId}`);
  assert.equal(job.status, "pending");
  assert.equal(job.last_error?.code, "twilio_20003");

  world.twilio.faults.next("*", { status: 401 }, { times: 1 });
  await world.stack.sql`update jobs set attempts = 7 where id = ${job.id}`;
  await world.skipWaiting();
  await world.drain();
  job = await clinic.job(`sms:${messageId}`);
  assert.equal(job.status, "dead");
  assert.deepEqual((await clinic.message(messageId)).reason, "gave_up");
  const alerts = await world.stack.sql`select from alerts where job_id = ${job.id}`;
  assert.equal(alerts.length, 1);

  await world.stack.sql`select public.revive_job(${job.id})`;
  await world.drain();
  assert.equal((await clinic.message(messageId)).status, "delivered");
  assert.equal(world.twilio.textsTo(to).length, 1);
});

Deno.test("a rate limit is waited out as long as Twilio asks", async () => {
  const clinic = await world.clinic();
  const to = await clinic.patient();
  world.twilio.faults.next("*", { status: 429, retryAfter: 90 });
  const { messageId } = await clinic.queue({ to });
  await world.drain();
  const job = await clinic.job(`sms:${messageId}`);
  const wait = job.run_at.getTime() - Date.now();
  assert.ok(wait > 60_000 && wait <= 90_000, `waits ${wait} ms`);
  assert.equal((await clinic.message(messageId)).status, "queued", "certainly not sent");
});

Deno.test("a code whose first attempt fails is tried again within seconds: somebody waits for it", async () => {
  const clinic = await world.clinic();
  const to = await clinic.patient();
  world.twilio.faults.next("*", { status: 503 });
  const { messageId } = await clinic.queue({ to, kind: "code" });
  await world.drain();
  const { run_at } = await clinic.job(`sms:${messageId}`);
  assert.ok(run_at.getTime() - Date.now() <= 5_000);
  await world.skipWaiting();
  await world.drain();
});

Deno.test("a code goes before texts that have been due for longer", async () => {
  const clinic = await world.clinic();
  await world.quiet();
  const text = await clinic.queue({ to: await clinic.patient() });
  const code = await clinic.queue({ to: await clinic.patient(), kind: "code" });
  const [next] = await world.stack.sql<{ key: string }[]>`
    select jobs.key from jsonb_array_elements(public.claim_outbox_jobs(1, 180) -> 'jobs') claimed
    join jobs on jobs.id = (claimed ->> 'id')::uuid`;
  assert.equal(next?.key, `sms:${code.messageId}`);
  await world.expireLeases();
  world.stack.net.resume();
  await world.drain();
  assert.equal((await clinic.message(text.messageId)).status, "delivered");
});

Deno.test("the confirmation of an appointment that is off is not sent", async () => {
  const clinic = await world.clinic();
  const to = await clinic.patient();
  const [appointment] = await world.stack.sql<{ id: string }[]>`
    insert into appointments (org_id, calendar_id, service_id, contact_id, state, starts_at, ends_at, busy)
    select ${clinic.id}, calendars.id, services.id, contacts.id, 'cancelled', t, t + interval '30 minutes',
      tstzrange(t, t + interval '30 minutes')
    from calendars, services, contacts, (select now() + interval '3 days' as t) at
    where calendars.org_id = ${clinic.id} and services.org_id = ${clinic.id} and contacts.org_id = ${clinic.id}
    returning id`;
  assert.ok(appointment);
  const { messageId } = await clinic.queue({ to, appointmentId: appointment.id });
  await world.drain();
  assert.equal((await clinic.message(messageId)).reason, "appointment_off");
  assert.equal(world.twilio.textsTo(to).length, 0);
});

Deno.test("text and number of old messages are emptied, the rest of the row stays", async () => {
  const clinic = await world.clinic();
  const [old, recent] = [await clinic.patient(), await clinic.patient()];
  const first = await clinic.queue({ to: old });
  const second = await clinic.queue({ to: recent });
  await world.drain();
  await world.stack.sql`
    update sms_messages set created_at = now() - interval '31 days' where id = ${
    first.messageId ?? ""
  }`;
  await world.stack.sql`select private.empty_old_sms()`;
  const emptied = await clinic.message(first.messageId);
  assert.deepEqual([emptied.body, emptied.recipient, emptied.status], [null, null, "delivered"]);
  assert.equal((await clinic.message(second.messageId)).recipient, recent);
});

Deno.test("a clinic that calls itself by a link sends none, unless it may", async () => {
  const clinic = await world.clinic();
  const { sql } = world.stack;
  const sent = async () => {
    const { messageId } = await clinic.queue({ to: await clinic.patient() });
    const [text] = await sql<{ body: string; hosts: string[] }[]>`
      select body, private.linked_hosts(body) as hosts from sms_messages where id = ${
      String(messageId)
    }`;
    return text;
  };
  await sql`update organizations set name = 'Prize https://win.example.net/x' where id = ${clinic.id}`;
  const text = await sent();
  assert.deepEqual(text?.hosts, [], text?.body);
  assert.match(text?.body ?? "", /^Prize https: win\. example\. net\/x: See you/);
  await sql`update sms_policies set sms_link_hosts = '{win.example.net}' where org_id = ${clinic.id}`;
  assert.deepEqual((await sent())?.hosts, ["win.example.net"]);
});
