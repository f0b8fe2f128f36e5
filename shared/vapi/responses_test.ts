import assert from "node:assert/strict";
import { isJsonObject, parseJson } from "../json.ts";
import type { ToolCall, ToolCallShape } from "./messages.ts";
import { formatToolResponse, type ToolResult } from "./responses.ts";

const call = (id: string, name: string | null = "checkAvailability"): ToolCall => ({
  id,
  name,
  arguments: { ok: true, value: {} },
});
const [A, B] = [call("a"), call("b")];
const RESULT: ToolResult = { success: true, message: "10:00 is free.", slots: ["10:00"] };
const TEXT = '{"success":true,"message":"10:00 is free.","slots":["10:00"]}';

const single = (shape: ToolCallShape) => ({ shape, calls: [A] });

Deno.test("formatToolResponse() answers tool-calls with an array, results as text", () => {
  assert.deepEqual(
    formatToolResponse(single("tool-calls"), [{ call: A, result: RESULT }]),
    {
      results: [{ toolCallId: "a", name: "checkAvailability", result: TEXT }],
    },
  );
});

Deno.test("formatToolResponse() answers every call, in the order of the request", () => {
  // Two calls of one id are two calls.
  const [a, b, c] = [call("a"), call("b"), call("a", null)];
  const request = { shape: "tool-calls" as const, calls: [a, b, c] };
  const outcomes = [{ call: b, error: "I need the date." }, { call: a, result: RESULT }];
  assert.deepEqual(formatToolResponse(request, outcomes), {
    results: [
      { toolCallId: "a", name: "checkAvailability", result: TEXT },
      { toolCallId: "b", name: "checkAvailability", error: "I need the date." },
      { toolCallId: "a", name: "", error: "This could not be carried out." },
    ],
  });
  assert.deepEqual(formatToolResponse({ shape: "tool-calls", calls: [] }, []), { results: [] });
});

Deno.test("formatToolResponse() is done at once with more calls than it could compare each with each", () => {
  const calls = Array.from({ length: 100_000 }, (_, i) => call(`${i}`));
  const outcomes = calls.map((each) => ({ call: each, error: "No." }));
  const { results } = formatToolResponse({ shape: "tool-calls", calls }, outcomes);
  assert.ok(Array.isArray(results) && results.length === calls.length);
});

Deno.test("formatToolResponse() answers function-call with a text", () => {
  assert.deepEqual(
    formatToolResponse(single("function-call"), [{ call: A, result: RESULT }]),
    {
      result: TEXT,
    },
  );
});

Deno.test("formatToolResponse() answers a root toolCallId with the result itself", () => {
  assert.deepEqual(formatToolResponse(single("root"), [{ call: A, result: RESULT }]), {
    toolCallId: "a",
    result: RESULT,
  });
});

Deno.test("formatToolResponse() answers the legacy format with content and speech", () => {
  assert.deepEqual(formatToolResponse(single("legacy"), [{ call: A, result: RESULT }]), {
    toolResult: { content: TEXT },
    speech: "10:00 is free.",
  });
});

Deno.test("formatToolResponse() turns an error into an unsuccessful result where no error is known", () => {
  const outcomes = [{ call: A, error: "I need the date." }];
  const result = { success: false, message: "I need the date." };
  assert.deepEqual(formatToolResponse(single("root"), outcomes), { toolCallId: "a", result });
  assert.deepEqual(formatToolResponse(single("function-call"), outcomes), {
    result: JSON.stringify(result),
  });
  assert.deepEqual(formatToolResponse(single("legacy"), outcomes), {
    toolResult: { content: JSON.stringify(result) },
    speech: "I need the date.",
  });
});

Deno.test("formatToolResponse() keeps every text on one line, and what it says intact", () => {
  const message = "one\ntwo\r\nthree\u2028four\u2029five";
  const request = { shape: "tool-calls" as const, calls: [A, B] };
  const { results } = formatToolResponse(request, [
    { call: A, result: { success: true, message } },
    { call: B, error: ` ${message}\n` },
  ]);
  assert.ok(Array.isArray(results));
  const [ok, failed] = results.filter(isJsonObject);
  assert.ok(typeof ok?.result === "string");
  assert.doesNotMatch(ok.result, /[\n\r\u2028\u2029]/);
  assert.deepEqual(parseJson(ok.result), { success: true, message });
  assert.equal(failed?.error, "one two three four five");
});
