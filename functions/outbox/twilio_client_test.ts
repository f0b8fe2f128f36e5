import assert from "node:assert/strict";
import { startTwilioDouble, type TwilioDouble } from "../../scripts/local/twilio/mod.ts";
import { readIntegrations } from "../../shared/env/integrations.ts";
import { ServiceError } from "../../shared/http/errors.ts";
import { createTwilio } from "./twilio_client.ts";
import type { Twilio } from "./twilio_port.ts";

const sms = {
  to: "+15550100001",
  body: "Hello",
  statusCallback: "https://backend.example.test/functions/v1/sms-inbound?message=1",
};

async function withTwilio(
  test: (twilio: Twilio, double: TwilioDouble) => Promise<void>,
  change: (env: Record<string, string>) => Record<string, string> = (env) => env,
): Promise<void> {
  const double = await startTwilioDouble({ delivers: false, trial: false });
  try {
    const { twilio } = readIntegrations(change(double.env));
    assert.ok(twilio);
    await test(createTwilio(twilio), double);
  } finally {
    await double.close();
  }
}

const refusal = (code: string) => (error: unknown) =>
  error instanceof ServiceError && error.code === code && !error.outcomeUnknown &&
  !error.message.includes("+1555");

Deno.test("send() hands a message over and returns its id", async () => {
  await withTwilio(async (twilio, double) => {
    const sent = await twilio.send(sms);
    const [message] = double.textsTo(sms.to);
    assert.deepEqual(sent, { sid: message?.sid, status: "queued" });
    assert.equal(message?.body, "Hello");
  });
});

Deno.test("send() leaves the choice of the number to a messaging service", async () => {
  const change = ({ TWILIO_FROM: _, ...env }: Record<string, string>) => ({
    ...env,
    TWILIO_MESSAGING_SERVICE_SID: "MG00",
  });
  await withTwilio(async (twilio) => {
    await assert.rejects(twilio.send(sms), refusal("twilio_21701"));
  }, change);
});

Deno.test("send() keeps the validity within Twilio's limits", async () => {
  await withTwilio(async (twilio, double) => {
    for (const validitySeconds of [-5, 90, 999_999]) await twilio.send({ ...sms, validitySeconds });
    const sent = double.requests.all.map(({ body }) =>
      typeof body === "object" && body !== null && "ValidityPeriod" in body && body.ValidityPeriod
    );
    assert.deepEqual(sent, ["1", "90", "36000"]);
  });
});

Deno.test("send() throws Twilio's code, and neither number nor text", async () => {
  await withTwilio(async (twilio, double) => {
    double.account.landlines.add("+15550100002");
    double.account.optOuts.add("+15550100003");
    await assert.rejects(twilio.send({ ...sms, to: "12" }), refusal("twilio_21211"));
    await assert.rejects(twilio.send({ ...sms, to: "+15550100002" }), refusal("twilio_21614"));
    await assert.rejects(twilio.send({ ...sms, to: "+15550100003" }), refusal("twilio_21610"));
    await assert.rejects(twilio.send({ ...sms, body: "x".repeat(1_601) }), refusal("twilio_21617"));
  });
});

Deno.test("send() throws twilio_20003 for a wrong token", async () => {
  const change = (env: Record<string, string>) => ({ ...env, TWILIO_AUTH_TOKEN: "wrong" });
  await withTwilio(async (twilio) => {
    await assert.rejects(twilio.send(sms), refusal("twilio_20003"));
  }, change);
});

Deno.test("sentTo() returns what was sent to the number, newest first, with messages that still wait", async () => {
  await withTwilio(async (twilio, double) => {
    const first = await twilio.send({ ...sms, body: "One" });
    const second = await twilio.send({ ...sms, body: "Two" });
    await twilio.send({ ...sms, to: "+15550100009" });
    double.account.add({
      to: sms.to,
      from: null,
      body: "In",
      direction: "inbound",
      status: "received",
    });
    const found = await twilio.sentTo(sms.to);
    assert.deepEqual(found.map(({ sid }) => sid), [second.sid, first.sid]);
    assert.ok(found.every(({ createdAt }) => Math.abs(createdAt.getTime() - Date.now()) < 60_000));
  });
});

Deno.test("send() doesn't know the outcome when the answer is lost or unreadable", async () => {
  await withTwilio(async (twilio, double) => {
    for (const fault of ["lost-answer", "truncated-json"] as const) {
      double.faults.next("*", fault);
      await assert.rejects(
        twilio.send(sms),
        (error) => error instanceof ServiceError && error.outcomeUnknown,
      );
    }
    assert.equal(double.textsTo(sms.to).length, 2);
  });
});
