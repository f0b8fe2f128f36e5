import assert from "node:assert/strict";
import {
  assistantBody,
  type TestClient,
  toolBody,
  withDouble,
} from "../../../tests/support/vapi_client.ts";
import { answerAll, startReceiver } from "../../../tests/support/vapi_receiver.ts";

function tool(name: string, more: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    type: "function",
    function: { name },
    server: { url: `https://backend.example.test/${name}` },
    ...more,
  };
}

function assistantWith(
  { double }: TestClient,
  model: Record<string, unknown>,
  more: Record<string, unknown> = {},
): string {
  const body = { ...assistantBody, ...more, model: { ...assistantBody.model, ...model } };
  return double.dashboard.createAssistant(body).id;
}

Deno.test(
  "a call goes to the tool's server and returns what the model is given and the caller hears",
  withDouble(async (client) => {
    const { double } = client;
    await using receiver = startReceiver(answerAll('{"success":true}'));
    double.publicHosts.set("backend.example.test", receiver.url);
    const messages = [{ type: "request-complete", content: "Here it is." }];
    const { id } = double.dashboard.createTool({ ...toolBody, messages });
    const outcome = await double.calls.callTool({
      assistantId: assistantWith(client, { toolIds: [id] }),
      toolName: "checkAvailability",
      arguments: { date: "2026-12-01" },
      toolCallId: "call_1",
    });
    assert.equal(outcome.status, 200);
    assert.match(outcome.raw, /^\{"results":/);
    assert.deepEqual(outcome.perCall, [{
      toolCallId: "call_1",
      name: "checkAvailability",
      given: '{"success":true}',
      isError: false,
      json: { success: true },
      spoken: "Here it is.",
      problem: null,
      warnings: [],
    }]);
    assert.equal(receiver.received[0]?.headers.get("x-vapi-secret"), "s");
  }),
);

Deno.test(
  "several calls for one server share a message, others get their own, results keep the order",
  withDouble(async (client) => {
    const { double } = client;
    await using receiver = startReceiver(answerAll("ok"));
    double.publicHosts.set("backend.example.test", receiver.url);
    const ids = ["a", "b"].map((name) => double.dashboard.createTool(tool(name)).id);
    const { perCall, deliveries } = await double.calls.callTools({
      assistantId: assistantWith(client, { toolIds: ids }),
      calls: ["a", "b", "a"].map((toolName, i) => {
        return { toolName, arguments: {}, toolCallId: `call_${i}` };
      }),
    });
    assert.deepEqual(perCall.map(({ toolCallId }) => toolCallId), ["call_0", "call_1", "call_2"]);
    assert.deepEqual(perCall.map(({ given }) => given), ["ok", "ok", "ok"]);
    assert.equal(deliveries.length, 2);
    const sizes = receiver.received.map((
      { path, at },
    ) => [path, at("message.toolCallList.length")]);
    assert.deepEqual(sizes.sort(), [["/a", 2], ["/b", 1]]);
  }),
);

Deno.test(
  "several calls in a shape that holds one are sent one by one",
  withDouble(async (client) => {
    const { double } = client;
    await using receiver = startReceiver(({ at }) =>
      Response.json({ toolCallId: at("toolCallId"), result: { success: true } })
    );
    double.publicHosts.set("backend.example.test", receiver.url);
    const { id } = double.dashboard.createTool(tool("a"));
    const { perCall } = await double.calls.callTools({
      assistantId: assistantWith(client, { toolIds: [id] }),
      calls: [{ toolName: "a", arguments: {} }, { toolName: "a", arguments: {} }],
      shape: "root",
    });
    assert.equal(receiver.received.length, 2);
    assert.deepEqual(perCall.map(({ json }) => json), [{ success: true }, { success: true }]);
  }),
);

Deno.test(
  "url and headers can be replaced, and the body edited, to play an intruder",
  withDouble(async (client) => {
    const { double } = client;
    await using receiver = startReceiver(() => new Response("no", { status: 401 }));
    double.publicHosts.set("backend.example.test", receiver.url);
    const { id } = double.dashboard.createTool(toolBody);
    const { status, perCall } = await double.calls.callTool({
      assistantId: assistantWith(client, { toolIds: [id] }),
      toolName: "checkAvailability",
      arguments: {},
      url: "https://backend.example.test/other",
      headers: { "x-vapi-secret": null, "x-forged": "1" },
      edit: ({ message }) => ({ message, extra: true }),
    });
    const [webhook] = receiver.received;
    assert.deepEqual([webhook?.path, webhook?.at("extra")], ["/other", true]);
    assert.equal(webhook?.headers.get("x-vapi-secret"), null);
    assert.equal(webhook?.headers.get("x-forged"), "1");
    assert.deepEqual([status, perCall[0]?.given], [401, null]);
  }),
);

Deno.test(
  "a pinned version is called, whatever the tool has become",
  withDouble(async (client) => {
    const { double } = client;
    await using receiver = startReceiver(answerAll("ok"));
    double.publicHosts.set("backend.example.test", receiver.url);
    const { id } = double.dashboard.createTool(tool("a"));
    double.dashboard.updateTool(id, { server: { url: "https://backend.example.test/newer" } });
    const pinned = assistantWith(client, { toolRefs: [{ toolId: id, version: "v1" }] });
    const linked = assistantWith(client, { toolIds: [id] });
    for (const assistantId of [pinned, linked]) {
      await double.calls.callTool({ assistantId, toolName: "a", arguments: {} });
    }
    assert.deepEqual(receiver.received.map(({ path }) => path), ["/a", "/newer"]);
  }),
);

Deno.test(
  "inline tools are called too, and a tool without a server goes to the assistant's",
  withDouble(async (client) => {
    const { double } = client;
    await using receiver = startReceiver(answerAll("ok"));
    double.publicHosts.set("backend.example.test", receiver.url);
    const assistantId = assistantWith(
      client,
      { tools: [{ type: "function", function: { name: "inline" } }] },
      { server: { url: "https://backend.example.test/vapi-webhook", secret: "s3" } },
    );
    await double.calls.callTool({ assistantId, toolName: "inline", arguments: {} });
    const [webhook] = receiver.received;
    assert.equal(webhook?.path, "/vapi-webhook");
    assert.equal(webhook?.headers.get("x-vapi-secret"), "s3");
  }),
);

Deno.test(
  "a dangling id breaks a call of any tool",
  withDouble(async (client) => {
    const { double } = client;
    const ids = ["a", "b"].map((name) => double.dashboard.createTool(tool(name)).id);
    const assistantId = assistantWith(client, { toolIds: ids });
    double.dashboard.deleteTool(ids[1] ?? "");
    await assert.rejects(
      () => double.calls.callTool({ assistantId, toolName: "a", arguments: {} }),
      { message: `Call of assistant ${assistantId} fails: its tool ${ids[1]} doesn't exist` },
    );
  }),
);

Deno.test(
  "a tool that the assistant doesn't have can't be called",
  withDouble(async (client) => {
    const { double } = client;
    const { id } = double.dashboard.createTool(tool("a"));
    double.dashboard.createTool(tool("b"));
    const assistantId = assistantWith(client, { toolIds: [id] });
    await assert.rejects(
      () => double.calls.callTool({ assistantId, toolName: "b", arguments: {} }),
      /has no tool b; its tools: a$/,
    );
  }),
);

Deno.test(
  "static parameters go over the model's arguments, with Liquid rendered",
  withDouble(async (client) => {
    const { double } = client;
    await using receiver = startReceiver(answerAll("ok"));
    double.publicHosts.set("backend.example.test", receiver.url);
    const { id } = double.dashboard.createTool(tool("a", {
      parameters: [
        { key: "callId", value: "{{ call.id }}" },
        { key: "caller", value: { number: "{{customer.number}}", unknown: "{{ no.such }}" } },
        { key: "limit", value: 3 },
      ],
    }));
    await double.calls.callTool({
      assistantId: assistantWith(client, { toolIds: [id] }),
      toolName: "a",
      arguments: { callId: "forged", note: "{{ call.id }}" },
      callId: "c1",
      customer: { number: "+15551230001" },
    });
    assert.deepEqual(receiver.received[0]?.at("message.toolCallList.0.function.arguments"), {
      callId: "c1",
      note: "{{ call.id }}",
      caller: { number: "+15551230001", unknown: "" },
      limit: 3,
    });
  }),
);

Deno.test(
  "serverMessages without tool-calls keeps tool calls from being sent",
  withDouble(async (client) => {
    const { double } = client;
    await using receiver = startReceiver(answerAll("ok"));
    double.publicHosts.set("backend.example.test", receiver.url);
    const { id } = double.dashboard.createTool(tool("a"));
    const serverMessages = ["status-update"];
    const { perCall, status } = await double.calls.callTool({
      assistantId: assistantWith(client, { toolIds: [id] }, { serverMessages }),
      toolName: "a",
      arguments: {},
    });
    assert.deepEqual([status, perCall[0]?.given, receiver.received.length], [null, null, 0]);
    assert.match(perCall[0]?.problem ?? "", /serverMessages/);
  }),
);
