import assert from "node:assert/strict";
import { clinics, SHAPES } from "../../scripts/tests/support/clinic.ts";

const world = clinics();

const CALLER = "+15551230001";
const ADDRESS = { message: "We are at 1 Example Street." };

for (const shape of SHAPES) {
  Deno.test(`sendSms texts the caller, and refuses strangers, in the ${shape} format`, async () => {
    const clinic = await world.open();
    const sent = (await clinic.call("sendSms", ADDRESS, { number: CALLER, shape })).result;
    assert.equal(sent.success, true, String(sent.message));
    assert.deepEqual(sent.notifications, { sms: "queued" });
    const [message] = await clinic.messages();
    assert.equal(message?.recipient, CALLER);
    assert.match(message?.body ?? "", /^Example Clinic: We are at 1 Example Street\./);

    const args = { ...ADDRESS, phone: "+15551230002" };
    const refused = (await clinic.call("sendSms", args, { number: CALLER, shape })).result;
    assert.equal(refused.success, false);
    assert.equal(refused.code, "sms_no_relation");
    assert.equal((await clinic.messages()).length, 1);
  });
}

Deno.test("sendSms asks for a number when the call has none", async () => {
  const clinic = await world.open();
  const { result } = await clinic.call("sendSms", ADDRESS);
  assert.equal(result.code, "phone_needed");
});

Deno.test("sendSms refuses a number that opted out, and stops at the frequency cap", async () => {
  const clinic = await world.open();
  const { sql } = world.stack;
  await sql`insert into sms_opt_outs (phone, source, org_id) values ('+15551230004', 'staff', ${clinic.id})`;
  const optedOut = await clinic.call("sendSms", ADDRESS, { number: "+15551230004" });
  assert.equal(optedOut.result.code, "sms_opted_out");

  await sql`update sms_policies set max_per_day = 2 where org_id = ${clinic.id}`;
  const codes = [];
  for (let i = 0; i < 3; i++) {
    codes.push((await clinic.call("sendSms", ADDRESS, { number: CALLER })).result.code);
  }
  assert.deepEqual(codes, [undefined, undefined, "sms_frequency_cap"]);
});

Deno.test("sendSms waits for the end of the quiet hours, and says so", async () => {
  const clinic = await world.open();
  await world.stack.sql`
    update sms_policies set
      quiet_from = (now() at time zone 'America/New_York' - interval '1 hour')::time,
      quiet_until = (now() at time zone 'America/New_York' + interval '1 hour')::time
    where org_id = ${clinic.id}`;
  const { result } = await clinic.call("sendSms", ADDRESS, { number: CALLER });
  assert.equal(result.success, true);
  assert.deepEqual(result.notifications, { sms: "deferred" });
  assert.match(String(result.message), /quiet hours/);
});

Deno.test("sendSms asks for a shorter text", async () => {
  const clinic = await world.open();
  const { error } = await clinic.call("sendSms", { message: "x".repeat(321) }, { number: CALLER });
  assert.equal(error, "I need a text of at most 320 characters.");
});

Deno.test("the same call delivered twice sends one message", async () => {
  const clinic = await world.open();
  const options = { number: CALLER, callId: crypto.randomUUID(), toolCallId: "once" };
  const first = await clinic.call("sendSms", ADDRESS, options);
  const again = await clinic.call("sendSms", ADDRESS, options);
  assert.equal(again.text, first.text);
  assert.equal((await clinic.messages()).length, 1);
});
