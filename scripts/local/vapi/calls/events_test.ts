import assert from "node:assert/strict";
import { assistantBody, withDouble } from "../../../tests/support/vapi_client.ts";
import { startReceiver } from "../../../tests/support/vapi_receiver.ts";

const server = {
  url: "https://backend.example.test/vapi-webhook",
  headers: { "x-vapi-secret": "s" },
};

Deno.test(
  "a call tells the assistant's server that it is in progress, that it ended, and the report",
  withDouble(async ({ double }) => {
    await using receiver = startReceiver(() => Response.json({}));
    double.publicHosts.set("backend.example.test", receiver.url);
    const { id } = double.dashboard.createAssistant({ ...assistantBody, server });
    const call = await double.calls.place({
      assistantId: id,
      customer: { number: "+15551230001" },
      phoneNumberId: "p1",
    });
    await call.hangUp({ cost: 0.12 });
    const told = receiver.received.map(({ at }) => [at("message.type"), at("message.status")]);
    assert.deepEqual(told, [
      ["status-update", "in-progress"],
      ["status-update", "ended"],
      ["end-of-call-report", undefined],
    ]);
    for (const { at, headers } of receiver.received) {
      assert.deepEqual([at("message.call.id"), at("message.call.assistantId")], [call.id, id]);
      assert.equal(headers.get("x-vapi-secret"), "s");
    }
    const report = receiver.received[2];
    assert.deepEqual(
      [report?.at("message.endedReason"), report?.at("message.cost")],
      ["customer-ended-call", 0.12],
    );
  }),
);

Deno.test(
  "an event isn't sent without a server, nor where serverMessages leaves its type out",
  withDouble(async ({ double }) => {
    await using receiver = startReceiver(() => Response.json({}));
    double.publicHosts.set("backend.example.test", receiver.url);
    const without = double.dashboard.createAssistant(assistantBody);
    const filtered = double.dashboard.createAssistant({
      ...assistantBody,
      server,
      serverMessages: ["tool-calls"],
    });
    const usual = double.dashboard.createAssistant({ ...assistantBody, server });
    const send = async (assistantId: string, type: string) =>
      (await double.calls.sendEvent({ assistantId, type }))?.status ?? null;
    assert.equal(await send(without.id, "status-update"), null);
    assert.equal(await send(filtered.id, "status-update"), null);
    assert.equal(await send(usual.id, "transcript"), null, "not among the defaults");
    assert.equal(await send(usual.id, "status-update"), 200);
    assert.equal(receiver.received.length, 1);
  }),
);

Deno.test(
  "assistant-request asks the number's server and returns its answer",
  withDouble(async ({ double }) => {
    await using receiver = startReceiver(() => Response.json({ assistantId: "a1" }));
    double.publicHosts.set("backend.example.test", receiver.url);
    const { status, raw } = await double.calls.requestAssistant({
      server,
      phoneNumberId: "p1",
      customer: { number: "+15551230001" },
    });
    assert.deepEqual([status, JSON.parse(raw)], [200, { assistantId: "a1" }]);
    const [webhook] = receiver.received;
    assert.equal(webhook?.at("message.type"), "assistant-request");
    assert.equal(webhook?.at("message.call.phoneNumberId"), "p1");
    assert.equal(webhook?.at("message.call.assistantId"), undefined);
  }),
);
