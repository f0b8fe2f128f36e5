import assert from "node:assert/strict";
import type { JsonObject } from "../json.ts";
import { type CallContext, readCallContext } from "./call_context.ts";

const ORG = "0b7c5f0e-6c0a-4a52-8f0e-0c6d6a8f1d11";
const OTHER = "9d3e1a52-3a4e-4a25-9c1f-1f5f0f0b7c22";
const named = { metadata: { org_id: ORG } };

const NOTHING: CallContext = {
  callId: null,
  chatId: null,
  sessionId: null,
  previousChatId: null,
  assistantId: null,
  phoneNumberId: null,
  metadataOrgId: null,
  metadataOrgIds: [],
  metadataIsOurs: true,
  customerNumber: null,
};

Deno.test("readCallContext() reads a phone call", () => {
  const message = {
    call: { id: "call", orgId: "vapi-org", assistantId: "assistant", phoneNumberId: "phone" },
    customer: { number: "+15550100001" },
    assistant: { name: "Reception" },
  };
  assert.deepEqual(readCallContext({ message }), {
    ...NOTHING,
    callId: "call",
    assistantId: "assistant",
    phoneNumberId: "phone",
    customerNumber: "+15550100001",
  });
});

Deno.test("readCallContext() reads a chat, which has no call", () => {
  const chat = { id: "chat", sessionId: "session", previousChatId: "earlier" };
  for (const named of [{ assistantId: "assistant" }, { assistant: { id: "assistant" } }]) {
    assert.deepEqual(readCallContext({ message: { chat: { ...chat, ...named } } }), {
      ...NOTHING,
      chatId: "chat",
      sessionId: "session",
      previousChatId: "earlier",
      assistantId: "assistant",
      metadataIsOurs: false,
    });
  }
});

Deno.test("readCallContext() takes a caller's number from phone calls, and from nobody who could have written it", () => {
  const customer = { number: "+15550100001" };
  const numberOf = (message: JsonObject) => readCallContext({ message }).customerNumber;
  for (const type of ["inboundPhoneCall", "outboundPhoneCall"]) {
    assert.equal(numberOf({ customer, call: { id: "c", type, customer } }), "+15550100001");
  }
  for (const type of ["webCall", "vapi.websocketCall", "", 5]) {
    assert.equal(numberOf({ customer, call: { id: "c", type, customer } }), null, String(type));
  }
  assert.equal(numberOf({ customer, chat: { id: "c", customer } }), null);
  assert.equal(numberOf({ chat: { id: "c", customer } }), null);
});

Deno.test("readCallContext() calls no metadata ours that a client may have chosen", () => {
  const isOurs = (body: JsonObject) => readCallContext(body).metadataIsOurs;
  assert.ok(isOurs({ toolCallId: "1", customer: named }));
  assert.ok(isOurs({ message: { call: { id: "c", customer: named } } }));
  const squad = { id: "c", squadId: "s", type: "inboundPhoneCall" };
  assert.ok(isOurs({ message: { call: squad, assistant: named } }));
  const chosen: JsonObject[] = [
    { message: { call: { ...squad, type: "webCall" }, assistant: named } },
    { message: { call: { ...squad, assistantOverrides: named }, assistant: named } },
    { message: { call: squad, chat: { id: "c" }, assistant: named } },
    { message: { call: { id: "c", type: "webCall", assistantOverrides: named } } },
    { message: { call: { id: "c", type: "webCall", customer: named } } },
    { message: { call: { id: "c", type: "inboundPhoneCall" }, assistant: named } },
    { message: { call: { id: "c", assistantOverrides: named } } },
    { assistantOverrides: named },
    { message: { chat: { id: "c" }, customer: named } },
    { message: { chat: { id: "c", customer: named } } },
  ];
  for (const body of chosen) assert.ok(!isOurs(body), JSON.stringify(body));
});

Deno.test("readCallContext() finds ids and number where else they may stand", () => {
  const places: [JsonObject, Partial<CallContext>][] = [
    [{ message: { assistant: { id: "a" } } }, { assistantId: "a" }],
    [{ message: { call: { assistant: { id: "a" } } } }, { assistantId: "a" }],
    [{ message: { phoneNumber: { id: "p" } } }, { phoneNumberId: "p" }],
    [{ message: { call: { customer: { number: "+1" } } } }, { customerNumber: "+1" }],
    [{ customer: { number: "+1" } }, { customerNumber: "+1" }],
    [{ call: { id: "c", assistantId: "a" } }, { callId: "c", assistantId: "a" }],
    [{ message: { call: { id: "c", assistantId: "a" }, assistant: { id: "b" } } }, {
      callId: "c",
      assistantId: "a",
    }],
  ];
  for (const [body, expected] of places) {
    assert.deepEqual(readCallContext(body), { ...NOTHING, ...expected }, JSON.stringify(body));
  }
});

Deno.test("readCallContext() finds org_id in every metadata that the platform writes", () => {
  const bodies: JsonObject[] = [
    { customer: named },
    { message: { customer: named } },
    { message: { call: { customer: named } } },
    { message: { call: { assistantOverrides: named } } },
    { message: { call: named } },
    { message: { call: { assistant: named } } },
    { message: { assistant: named } },
    { message: { chat: { assistantOverrides: named } } },
    { message: named },
    { message: { customer: { metadata: { org_id: ORG.toUpperCase() } }, assistant: named } },
  ];
  for (const body of bodies) {
    const context = readCallContext(body);
    assert.deepEqual(
      [context.metadataOrgId, context.metadataOrgIds],
      [ORG, [ORG]],
      JSON.stringify(body),
    );
  }
});

Deno.test("readCallContext() names no organization where metadata disagree, and shows them all", () => {
  const context = readCallContext({
    message: { assistant: named, customer: { metadata: { org_id: OTHER } } },
  });
  assert.equal(context.metadataOrgId, null);
  assert.deepEqual(context.metadataOrgIds.toSorted(), [ORG, OTHER].toSorted());
});

Deno.test("readCallContext() takes no organization from what the model wrote, nor from Vapi's own organization", () => {
  const call = {
    id: "1",
    function: { name: "t", arguments: { org_id: ORG, metadata: { org_id: ORG } } },
  };
  const bodies: JsonObject[] = [
    { message: { toolCallList: [call], call: { orgId: ORG } } },
    { toolCallId: "1", tool: { arguments: { org_id: ORG }, ...named } },
    { message: { toolCall: { arguments: { customer: named } } } },
  ];
  for (const body of bodies) {
    assert.deepEqual(readCallContext(body).metadataOrgIds, [], JSON.stringify(body));
  }
});

Deno.test("readCallContext() drops text that cannot be stored", () => {
  const odd = [7, "", null, {}, ["a"], "a\0", "\ud800", "x".repeat(201)];
  for (const id of odd) {
    const message = {
      call: { id, assistantId: id, assistantOverrides: { metadata: { org_id: id } } },
    };
    assert.deepEqual(readCallContext({ message }), NOTHING, JSON.stringify(id));
  }
});
