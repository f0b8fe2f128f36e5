/** STOP and START, HELP, and what Twilio reports: through the signed webhook. */
import assert from "node:assert/strict";
import { signTwilioRequest } from "../../functions/sms-inbound/signature.ts";
import { newPhone, outboxWorld } from "./support/outbox_world.ts";

const world = outboxWorld({ twilio: { delivers: false } });
const URL_OF_WEBHOOK = "https://backend.example.test/functions/v1/sms-inbound";

/** Posts to the webhook with any signature. */
async function post(params: Record<string, string>, signature: string | null): Promise<Response> {
  return await fetch(`${world.stack.functionsUrl}/sms-inbound`, {
    method: "POST",
    headers: signature === null ? {} : { "x-twilio-signature": signature },
    body: new URLSearchParams(params),
  });
}

Deno.test("after STOP no message leaves, whatever the sender texts next, until START", async () => {
  const clinic = await world.clinic();
  const other = await world.clinic();
  const to = await clinic.patient();
  await other.patient(to);
  await clinic.queue({ to, body: "Before" });
  await world.drain();
  // Twilio would block it itself; the test is that we do not even try.
  await world.twilio.receive({ from: to, body: "Stop" });
  world.twilio.account.optOuts.clear();
  const mark = world.twilio.requests.seq;

  for (const text of ["HELP", "Hello?", "yes please", "STOP", "start texting me", "", "Info"]) {
    assert.equal(await world.twilio.receive({ from: to, body: text }), null, `reply to "${text}"`);
    for (const sender of [clinic, other]) {
      for (const kind of ["confirmation", "code", "information"]) {
        const answer = await sender.queue({ to, kind, call: { customerNumber: to } });
        assert.deepEqual(answer, { status: "blocked", code: "opted_out" });
      }
    }
  }
  await world.drain();
  assert.equal(world.twilio.requests.since(mark).length, 0);

  await world.twilio.receive({ from: to, body: "Start" });
  await clinic.queue({ to, body: "After" });
  await world.drain();
  assert.match(world.twilio.textsTo(to).at(-1)?.body ?? "", /After/);
});

Deno.test("each of the words opts out, in any case and with any punctuation; a sentence does not", async () => {
  const clinic = await world.clinic();
  const words = ["STOP", "stopall", "Unsubscribe", "CANCEL!", "end", '"Quit"', "revoke", "opt out"];
  for (const word of words) {
    const to = await clinic.patient();
    await world.twilio.receive({ from: to, body: word });
    assert.equal((await clinic.queue({ to })).code, "opted_out", word);
  }
  for (const sentence of ["Can I stop by?", "cancel my appointment", "the end"]) {
    const to = await clinic.patient();
    await world.twilio.receive({ from: to, body: sentence });
    assert.equal((await clinic.queue({ to })).status, "queued", sentence);
  }
});

Deno.test("START, UNSTOP and YES opt in again, and the history of both wishes is kept", async () => {
  const clinic = await world.clinic();
  for (const word of ["START", "unstop", "Yes"]) {
    const to = await clinic.patient();
    await world.twilio.receive({ from: to, body: "STOP" });
    await world.twilio.receive({ from: to, body: "STOP" });
    await world.twilio.receive({ from: to, body: word });
    assert.equal((await clinic.queue({ to })).status, "queued", word);
    const rows = await world.stack.sql`
      select source from sms_opt_outs where phone = ${to} and opted_in_at is not null`;
    assert.equal(rows.length, 1);
  }
});

Deno.test("a STOP that comes after a message was queued and before it is sent counts", async () => {
  const clinic = await world.clinic();
  const to = await clinic.patient();
  await world.quiet();
  const { messageId } = await clinic.queue({ to });
  await world.twilio.receive({ from: to, body: "STOP" });
  world.twilio.account.optOuts.clear();
  world.stack.net.resume();
  await world.drain();
  const message = await clinic.message(messageId);
  assert.deepEqual([message.status, message.reason], ["blocked", "opted_out"]);
  assert.equal(world.twilio.textsTo(to).length, 0);
});

Deno.test("what was told to one clinic's staff holds for that clinic, and START doesn't lift it", async () => {
  const [clinic, other] = [await world.clinic(), await world.clinic()];
  const to = await clinic.patient();
  await other.patient(to);
  await world.stack.sql`
    insert into sms_opt_outs (phone, org_id, source) values (${to}, ${clinic.id}, 'staff')`;
  await world.twilio.receive({ from: to, body: "START" });
  assert.equal((await clinic.queue({ to })).code, "opted_out");
  assert.equal((await other.queue({ to })).status, "queued");
});

Deno.test("an opt-out that only Twilio knew of is learnt from its refusal", async () => {
  const clinic = await world.clinic();
  const to = await clinic.patient();
  world.twilio.account.optOuts.add(to);
  const { messageId } = await clinic.queue({ to });
  await world.drain();
  const message = await clinic.message(messageId);
  assert.deepEqual([message.status, message.reason], ["blocked", "twilio_21610"]);
  assert.equal((await clinic.queue({ to })).code, "opted_out");
});

Deno.test("the answer to HELP says who is texting and how to stop it", async () => {
  const clinic = await world.clinic();
  const to = await clinic.patient();
  await clinic.queue({ to });
  await world.drain();
  assert.equal(
    await world.twilio.receive({ from: to, body: "help" }),
    `${clinic.name} texts you about your appointments. Call +15550100100 for help. Reply STOP to opt out.`,
  );
  assert.match(await world.twilio.receive({ from: newPhone(), body: "HELP" }) ?? "", /Reply STOP/);
});

Deno.test("a keyword that Advanced Opt-Out has handled is obeyed, and not answered a second time", async () => {
  const clinic = await world.clinic();
  const to = await clinic.patient();
  const receive = async (fields: Record<string, string>) => {
    const params = { From: to, To: "+15550100099", MessageSid: "SM1", ...fields };
    const signature = await signTwilioRequest(
      world.twilio.env["TWILIO_AUTH_TOKEN"] ?? "",
      URL_OF_WEBHOOK,
      new URLSearchParams(params),
    );
    return await (await post(params, signature)).text();
  };
  assert.match(await receive({ Body: "AYUDA", OptOutType: "HELP" }), /<Response\/>$/);
  assert.match(await receive({ Body: "ALTO", OptOutType: "STOP" }), /<Response\/>$/);
  assert.equal((await clinic.queue({ to })).code, "opted_out");
});

Deno.test("reports may come twice and in any order; the last word stays", async () => {
  const clinic = await world.clinic();
  const to = await clinic.patient();
  const { messageId } = await clinic.queue({ to });
  await world.drain();
  const sid = world.twilio.textsTo(to)[0]?.sid ?? "";
  for (const status of ["sent", "delivered", "queued", "undelivered", "delivered"]) {
    assert.equal((await world.twilio.report(sid, status)).status, 204);
  }
  assert.equal((await clinic.message(messageId)).status, "delivered");
});

Deno.test("a carrier's refusal is kept with its code", async () => {
  const clinic = await world.clinic();
  const to = await clinic.patient();
  const { messageId } = await clinic.queue({ to });
  await world.drain();
  await world.twilio.report(world.twilio.textsTo(to)[0]?.sid ?? "", "undelivered", 30003);
  const message = await clinic.message(messageId);
  assert.deepEqual([message.status, message.reason], ["undelivered", "twilio_30003"]);
});

Deno.test("a request that Twilio did not sign changes nothing", async () => {
  const clinic = await world.clinic();
  const to = await clinic.patient();
  const params = { From: to, Body: "STOP", MessageSid: "SM1" };
  const token = world.twilio.env["TWILIO_AUTH_TOKEN"] ?? "";
  const forgeries = {
    "no signature": null,
    "an empty one": "",
    "another key": await signTwilioRequest("guessed", URL_OF_WEBHOOK, new URLSearchParams(params)),
    "another URL": await signTwilioRequest(
      token,
      "https://elsewhere.example.com/sms-inbound",
      new URLSearchParams(params),
    ),
    "another body": await signTwilioRequest(
      token,
      URL_OF_WEBHOOK,
      new URLSearchParams({ ...params, Body: "Hello" }),
    ),
  };
  for (const [name, signature] of Object.entries(forgeries)) {
    const response = await post(params, signature);
    assert.equal(response.status, 401, name);
    await response.body?.cancel();
  }
  assert.equal((await clinic.queue({ to })).status, "queued");
});

Deno.test("no log line holds a phone number or a text", async () => {
  const clinic = await world.clinic();
  const to = await clinic.patient();
  await clinic.queue({ to, kind: "code", body: "Your code is 918273." });
  await world.drain();
  await world.twilio.receive({ from: to, body: "Something private 918273" });
  const lines = world.stack.functions.logs().map(({ line }) => line).join("\n");
  assert.ok(lines.includes("job_succeeded"));
  assert.ok(!lines.includes(to) && !lines.includes("918273") && !lines.includes("private"));
});
