import assert from "node:assert/strict";
import {
  assistantBody,
  toolBody,
  valueAt,
  withDouble,
} from "../../../tests/support/vapi_client.ts";
import { type PayloadShape, payloadShapes } from "./shapes.ts";
import { twilioTokenCanary } from "./surroundings.ts";
import { startReceiver } from "../../../tests/support/vapi_receiver.ts";

const args = { date: "2026-12-01" };
const name = toolBody.function.name;
const entry = { id: "call_1", type: "function", function: { name, arguments: args } };

/** What each shape must contain, by dotted path; undefined means that it must be absent. */
const expected: Record<PayloadShape, Record<string, unknown>> = {
  "tool-calls": {
    "message.type": "tool-calls",
    "message.toolCallList": [entry],
    "message.toolCalls": [entry],
    "message.toolWithToolCallList.0.toolCall": entry,
    "message.toolWithToolCallList.0.function.name": name,
  },
  "tool-calls-string": {
    "message.toolCallList.0.function.arguments": JSON.stringify(args),
    "message.toolCalls.0.function.arguments": JSON.stringify(args),
  },
  "tool-call-list": {
    "message.toolCallList": [entry],
    "message.toolCalls": undefined,
    "message.toolWithToolCallList": undefined,
  },
  "twin-list": { "message.toolCalls": [entry], "message.toolCallList": undefined },
  "tool-with-tool-call-list": {
    "message.toolWithToolCallList.0.toolCall": entry,
    "message.toolCallList": undefined,
    "message.toolCalls": undefined,
  },
  "function-parameters": {
    "message.toolCallList": [{ ...entry, function: { name, parameters: args } }],
  },
  "flat-arguments": { "message.toolCallList": [{ id: "call_1", name, arguments: args }] },
  "flat-parameters": { "message.toolCallList": [{ id: "call_1", name, parameters: args }] },
  "chat": {
    "message.type": "tool-calls",
    "message.toolCallList": [entry],
    "message.chat.id": "chat_1",
    "message.call": undefined,
  },
  "function-call": {
    "message.type": "function-call",
    "message.functionCall": { name, parameters: args },
    "message.toolCallList": undefined,
  },
  "root": {
    "toolCallId": "call_1",
    "tool": { arguments: args },
    "customer": { number: "+15551230001", metadata: { org_id: "o1" } },
    "message": undefined,
  },
  "legacy": {
    "message.toolCall": { arguments: args },
    "message.toolCallList": undefined,
    "message.type": undefined,
  },
};

for (const shape of payloadShapes) {
  Deno.test(
    `shape "${shape}" is sent as documented`,
    withDouble(async ({ double }) => {
      await using receiver = startReceiver(() => Response.json({}));
      double.publicHosts.set("backend.example.test", receiver.url);
      const { id: toolId } = double.dashboard.createTool(toolBody);
      const { id: assistantId } = double.dashboard.createAssistant({
        ...assistantBody,
        model: { ...assistantBody.model, toolIds: [toolId] },
      });
      await double.calls.callTool({
        assistantId,
        toolName: name,
        arguments: args,
        toolCallId: "call_1",
        callId: "c1",
        chatId: "chat_1",
        shape,
        customer: { number: "+15551230001" },
        metadata: { org_id: "o1" },
        phoneNumberId: "p1",
      });
      const [webhook] = receiver.received;
      assert.equal(webhook?.path, "/calendar-check");
      for (const [path, value] of Object.entries(expected[shape])) {
        assert.deepEqual(webhook?.at(path), value, path);
      }
      if (shape === "root") return;
      if (shape !== "chat") {
        assert.partialDeepStrictEqual(webhook?.at("message.call"), {
          id: "c1",
          assistantId,
          phoneNumberId: "p1",
          customer: { number: "+15551230001" },
          assistantOverrides: { metadata: { org_id: "o1" } },
        });
      }
      assert.equal(webhook?.at("message.assistant.name"), "Front desk");
      assert.equal(webhook?.at("message.assistant.id"), undefined, "a config has no id");
      assert.equal(webhook?.at("message.phoneNumber.twilioAuthToken"), twilioTokenCanary);
    }),
  );

  Deno.test(
    `shape "${shape}" carries arguments that aren't JSON as the model wrote them`,
    withDouble(async ({ double }) => {
      await using receiver = startReceiver(() => Response.json({}));
      double.publicHosts.set("backend.example.test", receiver.url);
      const { id: toolId } = double.dashboard.createTool(toolBody);
      const { id: assistantId } = double.dashboard.createAssistant({
        ...assistantBody,
        model: { ...assistantBody.model, toolIds: [toolId] },
      });
      const broken = '{"date": "2026-12-0';
      await double.calls.callTool({ assistantId, toolName: name, arguments: broken, shape });
      const [webhook] = receiver.received;
      assert.ok(stringsOf(webhook?.body).includes(broken));
    }),
  );
}

function stringsOf(value: unknown): string[] {
  if (typeof value === "string") return [value];
  if (typeof value !== "object" || value === null) return [];
  return Object.keys(value).flatMap((key) => stringsOf(valueAt(value, key)));
}
