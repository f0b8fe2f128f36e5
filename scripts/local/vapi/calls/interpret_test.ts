import assert from "node:assert/strict";
import type { Delivery } from "./deliver.ts";
import { type CallResult, interpret } from "./interpret.ts";
import type { ToolCallEntry } from "./payload.ts";
import type { PayloadShape } from "./shapes.ts";

const url = "https://backend.example.test/a";

const call: ToolCallEntry = {
  id: "call_1",
  arguments: {},
  tool: {
    name: "a",
    server: { url, timeoutSeconds: 20 },
    definition: {
      type: "function",
      function: { name: "a", strict: false },
      messages: [
        { type: "request-complete", content: "Done." },
        { type: "request-failed", content: "That failed." },
      ],
    },
  },
};

interface Answer {
  status?: number | null;
  shape?: PayloadShape;
  contentType?: string;
}

function read(body: unknown, { status = 200, shape = "tool-calls", contentType }: Answer = {}) {
  const delivery: Delivery = {
    url,
    status,
    raw: typeof body === "string" ? body : JSON.stringify(body),
    contentType: contentType ?? "application/json",
    problem: status === null ? "No answer within 20000 ms" : null,
    attempts: 1,
    ms: 1,
  };
  return interpret(delivery, shape, call);
}

function result(fields: Record<string, unknown>): CallResult {
  return read({ results: [{ toolCallId: "call_1", name: "a", ...fields }] });
}

const unusable: [rule: string, read: () => CallResult, problem: string | RegExp][] = [
  [
    "an answer with status 201",
    () => read({ results: [{ toolCallId: "call_1", result: "ok" }] }, { status: 201 }),
    "HTTP status 201 is ignored",
  ],
  ["an answer with status 500", () => read({}, { status: 500 }), "HTTP status 500 is ignored"],
  ["no answer in time", () => read("", { status: null }), "No answer within 20000 ms"],
  ["an answer that isn't JSON", () => read("<html>"), "The answer is not an object"],
  ["results as an object", () => read({ results: { result: "ok" } }), "results is not an array"],
  [
    "results with another tool call's id",
    () => read({ results: [{ toolCallId: "call_2", name: "a", result: "ok" }] }),
    "results has no entry for call_1",
  ],
  ["a result that is an object", () => result({ result: { a: 1 } }), "result is not a string"],
  ["an error that is an object", () => result({ error: {} }), "error is not a string"],
  ["a result with a line break", () => result({ result: "a\nb" }), "The result has a line break"],
  [
    "function-call without result",
    () => read({ results: [] }, { shape: "function-call" }),
    "result is not a string",
  ],
  [
    "root with another id",
    () => read({ toolCallId: "x", result: "ok" }, { shape: "root" }),
    "toolCallId is x, not call_1",
  ],
  ["legacy without toolResult", () => read({ result: "ok" }, { shape: "legacy" }), /not a string/],
];

for (const [rule, read, problem] of unusable) {
  Deno.test(`${rule}: "No result returned.", and the tool's request-failed message is heard`, () => {
    const { given, json, spoken, problem: told } = read();
    assert.deepEqual([given, json, spoken], [null, null, "That failed."]);
    if (typeof problem === "string") assert.equal(told, problem);
    else assert.match(told ?? "", problem);
  });
}

Deno.test("a result is given to the model and the request-complete message is heard", () => {
  const { given, json, isError, spoken } = result({ result: '{"a":1}' });
  assert.deepEqual([given, json, isError, spoken], ['{"a":1}', { a: 1 }, false, "Done."]);
});

Deno.test("an error is given to the model and the request-failed message is heard", () => {
  const { given, isError, spoken } = result({ error: "I need the date." });
  assert.deepEqual([given, isError, spoken], ["I need the date.", true, "That failed."]);
});

Deno.test("a message in the answer goes before the tool's own, if its type fits", () => {
  const message = { type: "request-complete", content: "Booked." };
  assert.equal(result({ result: "ok", message }).spoken, "Booked.");
  assert.equal(result({ error: "no", message }).spoken, "That failed.");
});

Deno.test("an empty result silences the tool's request-complete message", () => {
  const { given, spoken } = result({ result: "" });
  assert.deepEqual([given, spoken], ["", null]);
});

Deno.test("the answer of an async tool is ignored", () => {
  const definition = { ...call.tool.definition, async: true };
  const raw = '{"results":[{"toolCallId":"call_1","name":"a","result":"ok"}]}';
  const { given, spoken } = interpret(
    { url, status: 200, raw, contentType: "application/json", problem: null, attempts: 1, ms: 1 },
    "tool-calls",
    { ...call, tool: { ...call.tool, definition } },
  );
  assert.deepEqual([given, spoken], [null, null]);
});

Deno.test("the older formats: function-call, root with an object, legacy with speech", () => {
  assert.equal(read({ result: "ok" }, { shape: "function-call" }).given, "ok");
  const root = read({ toolCallId: "call_1", result: { a: 1 } }, { shape: "root" });
  assert.deepEqual(root.json, { a: 1 });
  const legacy = read(
    { toolResult: { content: '{"a":1}' }, speech: "Booked." },
    { shape: "legacy" },
  );
  assert.deepEqual([legacy.json, legacy.spoken], [{ a: 1 }, "Booked."]);
});

Deno.test("a missing name and another content type are warnings", () => {
  const body = { results: [{ toolCallId: "call_1", result: "ok" }] };
  const { given, warnings } = read(body, { contentType: "text/plain" });
  assert.equal(given, "ok");
  assert.deepEqual(warnings, [
    "name of the result is undefined, not a",
    "Content-Type is text/plain, not application/json",
  ]);
});
