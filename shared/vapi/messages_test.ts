import assert from "node:assert/strict";
import fc from "fast-check";
import { AppError } from "../http/errors.ts";
import { type JsonObject, type JsonValue, parseJson } from "../json.ts";
import { parseToolCallRequest } from "./messages.ts";

const ARGUMENTS = { date: "2026-01-05" };
const CALL = { id: "call-1", function: { name: "checkAvailability", arguments: ARGUMENTS } };
const PARSED = {
  id: "call-1",
  name: "checkAvailability",
  arguments: { ok: true, value: ARGUMENTS },
};

const toolCalls = (message: JsonObject) => ({ message: { type: "tool-calls", ...message } });
const callsOf = (body: JsonValue) => parseToolCallRequest(body).calls;

Deno.test("parseToolCallRequest() reads each list that Vapi sends", () => {
  const inTool = { type: "function", function: { name: "checkAvailability" }, toolCall: CALL };
  const bodies = [
    toolCalls({ toolCallList: [CALL] }),
    toolCalls({ toolCalls: [CALL] }),
    toolCalls({ toolWithToolCallList: [inTool] }),
    toolCalls({ toolCallList: [CALL], toolCalls: [CALL], toolWithToolCallList: [inTool] }),
    toolCalls({ toolCallList: [], toolCalls: [CALL] }),
    { message: { toolCallList: [CALL] } },
  ];
  for (const body of bodies) {
    const request = parseToolCallRequest(body);
    assert.equal(request.shape, "tool-calls");
    assert.deepEqual(request.calls, [PARSED], JSON.stringify(body));
  }
});

Deno.test("parseToolCallRequest() reads name and arguments wherever they stand, as text or as object", () => {
  const text = JSON.stringify(ARGUMENTS);
  const name = "checkAvailability";
  const entries: JsonObject[] = [
    { id: "call-1", type: "function", function: { name, arguments: ARGUMENTS } },
    { id: "call-1", type: "function", function: { name, arguments: text } },
    { id: "call-1", type: "function", function: { name, arguments: JSON.stringify(text) } },
    { id: "call-1", function: { name, parameters: ARGUMENTS } },
    { id: "call-1", name, arguments: ARGUMENTS },
    { id: "call-1", name, parameters: text },
    { id: "call-1", name: "other", function: { name }, arguments: ARGUMENTS },
    { id: "call-1", function: { name, arguments: ARGUMENTS, parameters: {} }, parameters: {} },
    { toolCallId: "call-1", function: { name, arguments: null }, arguments: text },
    ...[[ARGUMENTS], `\ufeff${text}`, `\`\`\`json\n${text}\n\`\`\``, `{}${text}`].map((args) => ({
      id: "call-1",
      function: { name, arguments: args },
    })),
  ];
  for (const entry of entries) {
    assert.deepEqual(
      callsOf(toolCalls({ toolCallList: [entry] })),
      [PARSED],
      JSON.stringify(entry),
    );
  }
});

Deno.test("parseToolCallRequest() takes the name from the tool where the call has none", () => {
  const nameless = { id: "call-1", function: { arguments: ARGUMENTS } };
  for (const tool of [{ name: "checkAvailability" }, { function: { name: "checkAvailability" } }]) {
    const body = toolCalls({ toolWithToolCallList: [{ ...tool, toolCall: nameless }] });
    assert.deepEqual(callsOf(body), [PARSED]);
  }
  assert.equal(callsOf(toolCalls({ toolCallList: [nameless] }))[0]?.name, null);
});

Deno.test("parseToolCallRequest() keeps several calls in order, and each once", () => {
  const ids = ["b", "a", "b", "c"];
  const list = ids.map((id) => ({ id, name: "t", arguments: { i: ids.indexOf(id) } }));
  const calls = callsOf(toolCalls({ toolCallList: list }));
  assert.deepEqual(calls.map(({ id }) => id), ["b", "a", "c"]);
  assert.deepEqual(calls[0]?.arguments, { ok: true, value: { i: 0 } });
});

Deno.test("parseToolCallRequest() makes unreadable arguments that call's error, never {}", () => {
  const unreadable: [JsonValue, RegExp][] = [
    ["{date: tomorrow}", /not valid JSON/],
    ['{"date":', /not valid JSON/],
    ["[1]", /not a JSON object/],
    ['"text"', /not valid JSON/],
    [42, /not a JSON object/],
    [["2026-01-05"], /not a JSON object/],
    [`{"a":"${"x".repeat(64_000)}"}`, /too long/],
    [{ a: "\0" }, /can't be stored/],
    [{ a: ["\ud800"] }, /can't be stored/],
    [{ "a\0": 1 }, /can't be stored/],
    [nested(40), /can't be stored/],
    [nested(100_000), /can't be stored/],
  ];
  for (const [given, reason] of unreadable) {
    const list = [{ id: "bad", name: "t", arguments: given }, CALL];
    const [bad, good] = callsOf(toolCalls({ toolCallList: list }));
    assert.ok(bad?.arguments.ok === false);
    assert.match(bad.arguments.reason, reason);
    assert.deepEqual(good, PARSED, "the other call is not affected");
  }
});

Deno.test("parseToolCallRequest() takes what says nothing for no arguments", () => {
  for (const given of [{}, "{}", "", "  ", null, "null", '""', '"{}"', '" "']) {
    const [call] = callsOf(toolCalls({ toolCallList: [{ id: "a", arguments: given }] }));
    assert.deepEqual(call?.arguments, { ok: true, value: {} }, JSON.stringify(given));
  }
  const [absent] = callsOf(toolCalls({ toolCallList: [{ id: "a", name: "t" }] }));
  assert.deepEqual(absent?.arguments, { ok: true, value: {} });
});

Deno.test("parseToolCallRequest() looks past blank arguments for others of the same call", () => {
  const entry = { id: "call-1", function: { name: "checkAvailability", arguments: "" } };
  const [call] = callsOf(toolCalls({ toolCallList: [{ ...entry, arguments: ARGUMENTS }] }));
  assert.deepEqual(call, PARSED);
});

Deno.test("parseToolCallRequest() lets no argument touch a prototype", () => {
  const text = '{"__proto__":{"date":"2026-01-01"},"constructor":{"prototype":{"x":1}},"date":"d"}';
  for (const given of [text, parseJson(text)]) {
    const [call] = callsOf(toolCalls({ toolCallList: [{ id: "a", arguments: given }] }));
    assert.ok(call?.arguments.ok);
    assert.deepEqual(Object.keys(call.arguments.value), ["constructor", "date"]);
    assert.equal(Object.getPrototypeOf(Object.assign({}, call.arguments.value)), Object.prototype);
  }
  const body = parseJson(`{"__proto__":{"message":${JSON.stringify({ toolCallList: [CALL] })}}}`);
  assert.throws(() => parseToolCallRequest(body), AppError);
});

Deno.test("parseToolCallRequest() repeats an id that can't be stored, and gives the call no arguments to act on", () => {
  for (const id of ["a\0b", "a\ud800"]) {
    const [call] = callsOf(toolCalls({ toolCallList: [{ ...CALL, id }] }));
    assert.equal(call?.id, id);
    assert.equal(call.arguments.ok, false);
  }
});

Deno.test("parseToolCallRequest() takes calls of one id for one only where they ask the same", () => {
  const other = { ...CALL, function: { ...CALL.function, name: "reserveSlot" } };
  const later = { ...CALL, function: { ...CALL.function, arguments: { date: "2026-01-02" } } };
  const calls = callsOf(toolCalls({ toolCallList: [CALL, other, CALL, later, { ...other }] }));
  assert.deepEqual(calls.map(({ name }) => name), [PARSED.name, "reserveSlot", PARSED.name]);
  assert.equal(new Set(calls.map(({ id }) => id)).size, 1);
});

Deno.test("parseToolCallRequest() keeps an id of any length", () => {
  for (const length of [301, 949, 2_000, 10_000]) {
    const id = "x".repeat(length);
    assert.deepEqual(callsOf(toolCalls({ toolCallList: [{ ...CALL, id }] })), [{ ...PARSED, id }]);
  }
});

Deno.test("parseToolCallRequest() makes up an id where an entry has none", () => {
  const calls = callsOf(toolCalls({ toolCallList: [{ name: "a" }, { id: "", name: "b" }, "odd"] }));
  assert.equal(calls.length, 2);
  for (const call of calls) assert.match(call.id, /^tool-calls:[\da-f-]{36}$/);
  assert.equal(callsOf(toolCalls({ toolCallList: [{ id: 7 }] }))[0]?.id, "7");
});

Deno.test("parseToolCallRequest() accepts an empty list of calls", () => {
  assert.deepEqual(callsOf(toolCalls({ toolCallList: [] })), []);
});

Deno.test("parseToolCallRequest() reads function-call", () => {
  for (const parameters of [ARGUMENTS, JSON.stringify(ARGUMENTS)]) {
    const message = {
      type: "function-call",
      functionCall: { name: "checkAvailability", parameters },
      timestamp: 1_767_225_600_000,
    };
    const request = parseToolCallRequest({ message });
    assert.equal(request.shape, "function-call");
    const id = "function-call:checkAvailability:1767225600000";
    assert.deepEqual(request.calls, [{ ...PARSED, id }], "a message delivered twice has one id");
  }
});

Deno.test("parseToolCallRequest() reads a call with toolCallId at the root", () => {
  const bodies: JsonObject[] = [
    { toolCallId: "call-1", tool: { name: "checkAvailability", arguments: ARGUMENTS } },
    { toolCallId: "call-1", tool: { function: CALL.function } },
    { toolCallId: "call-1", name: "checkAvailability", arguments: JSON.stringify(ARGUMENTS) },
    { toolCallId: "call-1", name: "checkAvailability", parameters: ARGUMENTS },
    { toolCallId: "call-1", message: { toolCall: { ...CALL, id: "inner" } } },
  ];
  for (const body of bodies) {
    const request = parseToolCallRequest(body);
    assert.equal(request.shape, "root");
    assert.deepEqual(request.calls, [PARSED], JSON.stringify(body));
  }
});

Deno.test("parseToolCallRequest() reads the booking payload of earlier versions unchanged", () => {
  const org = "0b7c5f0e-6c0a-4a52-8f0e-0c6d6a8f1d11";
  const booking = {
    patientName: "Test Patient",
    patientPhone: "+15550100001",
    patientEmail: "patient@example.com",
    appointmentDate: "2026-01-05",
    appointmentTime: "10:00",
  };
  const request = parseToolCallRequest({
    toolCallId: "call-1",
    tool: { arguments: booking },
    customer: { metadata: { org_id: org } },
  });
  assert.equal(request.shape, "root");
  assert.deepEqual(request.calls, [
    { id: "call-1", name: null, arguments: { ok: true, value: booking } },
  ]);
  assert.equal(request.context.metadataOrgId, org);
});

Deno.test("parseToolCallRequest() reads the legacy payload", () => {
  const bodies: JsonObject[] = [
    { message: { toolCall: { arguments: ARGUMENTS } } },
    { message: { toolCall: { id: "inner", arguments: JSON.stringify(ARGUMENTS) } } },
    { message: { toolCall: { function: { arguments: ARGUMENTS } } } },
    { tool: { arguments: ARGUMENTS } },
    { toolCall: { arguments: ARGUMENTS } },
  ];
  for (const body of bodies) {
    const request = parseToolCallRequest(body);
    assert.equal(request.shape, "legacy");
    assert.deepEqual(request.calls[0]?.arguments, PARSED.arguments, JSON.stringify(body));
    assert.ok(request.calls[0]?.id);
  }
});

Deno.test("parseToolCallRequest() throws invalid_input where there is no call", () => {
  const bodies: JsonValue[] = [
    null,
    [],
    "text",
    {},
    { message: null },
    { message: { type: "tool-calls" } },
    { message: { type: "status-update", status: "ended" } },
    { message: { type: "end-of-call-report", toolCalls: [CALL] } },
    { toolCallId: "" },
  ];
  for (const body of bodies) {
    assert.throws(
      () => parseToolCallRequest(body),
      (error) => error instanceof AppError && error.code === "invalid_input",
      JSON.stringify(body),
    );
  }
});

Deno.test("parseToolCallRequest() either parses or throws AppError, whatever comes", () => {
  const shapes = fc.record({
    message: fc.record({
      type: fc.constantFrom<JsonValue>("tool-calls", "function-call", 1),
      toolCallList: fc.oneof(fc.array(fc.jsonValue()), fc.jsonValue()),
      toolWithToolCallList: fc.array(fc.record({ toolCall: fc.jsonValue() })),
      functionCall: fc.jsonValue(),
      toolCall: fc.jsonValue(),
      call: fc.jsonValue(),
      customer: fc.record({ metadata: fc.jsonValue() }),
    }, { requiredKeys: [] }),
    toolCallId: fc.jsonValue(),
    tool: fc.jsonValue(),
  }, { requiredKeys: [] });
  fc.assert(
    fc.property(fc.oneof(shapes, fc.jsonValue()), (body) => {
      try {
        const { calls } = parseToolCallRequest(body);
        assert.equal(new Set(calls.map(({ id }) => id)).size, calls.length);
      } catch (error) {
        assert.ok(error instanceof AppError, String(error));
      }
    }),
    { numRuns: 1_000 },
  );
});

function nested(depth: number): JsonValue {
  let value: JsonValue = {};
  for (let i = 0; i < depth; i++) value = { a: value };
  return value;
}
