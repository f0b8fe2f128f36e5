import assert from "node:assert/strict";
import {
  assistantBody,
  type TestClient,
  toolBody,
  withDouble,
} from "../../tests/support/vapi_client.ts";

Deno.test(
  "a created tool is 201 and is read back with added defaults and reordered keys",
  withDouble(async ({ send }) => {
    const { status, id, body, at } = await send("POST", "/tool", toolBody);
    assert.equal(status, 201);
    assert.partialDeepStrictEqual(body, {
      ...toolBody,
      async: false,
      messages: [],
      server: { ...toolBody.server, timeoutSeconds: 20 },
    });
    assert.match(
      JSON.stringify(at("function")),
      /^\{"name":.*,"strict":false,"parameters":\{"type":.*,"required":.*,"properties":.*,"descr/,
    );
    assert.equal(at("createdAt"), new Date(String(at("createdAt"))).toISOString());
    assert.deepEqual((await send("GET", `/tool/${id}`)).body, body);
  }),
);

Deno.test(
  "names aren't unique: the same body twice makes two tools",
  withDouble(async ({ double, send }) => {
    const first = await send("POST", "/tool", toolBody);
    const second = await send("POST", "/tool", toolBody);
    assert.notEqual(first.id, second.id);
    assert.equal(double.state.tools.size, 2);
  }),
);

const refusals: [rule: string, change: Record<string, unknown>, message: string | RegExp][] = [
  ["a name at the top of a function tool", { name: "x" }, "property name should not exist"],
  ["an unknown property", { color: "red" }, "property color should not exist"],
  [
    "an unknown nested property",
    { server: { url: toolBody.server.url, uri: "x" } },
    "server.property uri should not exist",
  ],
  ["an unknown type", { type: "webhook" }, /^type must be one of the following values: .*function/],
  ["a name with a space", fn({ name: "check slot" }), /^function\.name must match/],
  ["a name of 65 characters", fn({ name: "a".repeat(65) }), /^function\.name must match/],
  [
    "anyOf in parameters",
    parameter({ type: "string", anyOf: [] }),
    "function.parameters.properties.x.property anyOf should not exist",
  ],
  [
    "const in parameters",
    parameter({ type: "string", const: "a" }),
    "function.parameters.properties.x.property const should not exist",
  ],
  [
    "additionalProperties in parameters",
    fn({ parameters: { type: "object", properties: {}, additionalProperties: false } }),
    "function.parameters.property additionalProperties should not exist",
  ],
  [
    "a keyword that isn't allowed, deep inside",
    parameter({
      type: "array",
      items: { type: "object", properties: { y: { type: "string", default: "" } } },
    }),
    "function.parameters.properties.x.items.properties.y.property default should not exist",
  ],
  [
    "an enum of numbers",
    parameter({ type: "integer", enum: [1, 2] }),
    "function.parameters.properties.x.each value in enum must be a string",
  ],
  [
    "parameters that aren't an object schema",
    fn({ parameters: { type: "string", properties: {} } }),
    "function.parameters.type must be one of the following values: object",
  ],
  ["301 seconds of time-out", server({ timeoutSeconds: 301 }), /^server\.timeoutSeconds must not/],
  ["no time-out at all", server({ timeoutSeconds: 0 }), /^server\.timeoutSeconds must not be less/],
  [
    "eleven retries",
    server({ backoffPlan: { type: "fixed", maxRetries: 11, baseDelaySeconds: 1 } }),
    "server.backoffPlan.maxRetries must not be greater than 10",
  ],
  [
    "an unknown type of message",
    { messages: [{ type: "request-begin", content: "x" }] },
    /^messages\.0\.type must be one of the following values: request-start/,
  ],
];

for (const [rule, change, message] of refusals) {
  Deno.test(
    `${rule} is 400, on creation and in a PATCH`,
    withDouble(async ({ double, send }) => {
      const created = await send("POST", "/tool", toolBody);
      const posted = await send("POST", "/tool", { ...toolBody, ...change });
      const patched = await send("PATCH", `/tool/${created.id}`, change);
      for (const { status, at } of [posted, patched]) {
        assert.deepEqual([status, at("error"), at("statusCode")], [400, "Bad Request", 400]);
        const first = at("message.0");
        if (typeof message === "string") assert.equal(first, message);
        else assert.match(String(first), message);
      }
      assert.equal(double.state.tools.size, 1);
      assert.deepEqual(double.state.tools.get(created.id), created.body);
    }),
  );
}

for (
  const url of [
    "http://backend.example.test/x",
    "https://localhost/x",
    "https://localhost:3000/x",
    "https://127.0.0.1/x",
    "https://app.localhost/x",
    "https://intranet/x",
    "backend.example.test/x",
    "https://backend.\nexample.test/x",
    "",
  ]
) {
  Deno.test(
    `server.url ${JSON.stringify(url)} is 400: https and a public host only`,
    withDouble(async ({ send }) => {
      const { status, at } = await send("POST", "/tool", { ...toolBody, server: { url } });
      assert.equal(status, 400);
      assert.deepEqual(at("message"), [
        "server.url must be a valid URL. Hot tip, the protocol should be https:// or wss://, " +
        `but found ${url}`,
      ]);
    }),
  );
}

Deno.test(
  "all problems of a body are told at once",
  withDouble(async ({ send }) => {
    const body = { ...toolBody, name: "x", server: { url: "http://a" } };
    const { at } = await send("POST", "/tool", body);
    assert.equal(at("message.length"), 2);
  }),
);

Deno.test(
  "PATCH of a tool replaces function, server and messages whole and leaves the rest",
  withDouble(async ({ send }) => {
    const messages = [{ type: "request-start", content: "One moment." }];
    const created = await send("POST", "/tool", { ...toolBody, messages, async: true });
    const { status, at } = await send("PATCH", `/tool/${created.id}`, {
      type: "function",
      function: { name: "checkSlots" },
      server: { url: "https://backend.example.test/other" },
    });
    assert.equal(status, 200);
    assert.deepEqual(at("function"), { name: "checkSlots", strict: false });
    assert.deepEqual(at("server"), {
      url: "https://backend.example.test/other",
      timeoutSeconds: 20,
    });
    assert.deepEqual([at("messages"), at("async")], [messages, true]);
    assert.equal(at("createdAt"), created.at("createdAt"));
  }),
);

Deno.test(
  "a PATCH may leave the tool's type out, and null clears a key",
  withDouble(async ({ send }) => {
    const created = await send("POST", "/tool", toolBody);
    const { status, at } = await send("PATCH", `/tool/${created.id}`, { server: null });
    assert.equal(status, 200);
    assert.deepEqual([at("server"), at("type")], [undefined, "function"]);
  }),
);

Deno.test(
  "response-only fields of a tool are refused in a PATCH",
  withDouble(async ({ send }) => {
    const created = await send("POST", "/tool", toolBody);
    const { status, at } = await send("PATCH", `/tool/${created.id}`, created.body);
    assert.equal(status, 400);
    const fields = ["id", "orgId", "createdAt", "updatedAt", "latestVersion"];
    assert.deepEqual(at("message"), fields.map((field) => `property ${field} should not exist`));
  }),
);

Deno.test(
  "deleting a tool leaves its id in assistants",
  withDouble(async ({ double, send }) => {
    const { tool, assistant } = await linked({ double, send }, (id) => ({ toolIds: [id] }));
    const { status, id } = await send("DELETE", `/tool/${tool.id}`);
    assert.deepEqual([status, id], [200, tool.id]);
    assert.equal((await send("GET", `/tool/${tool.id}`)).status, 404);
    const after = await send("GET", `/assistant/${assistant.id}`);
    assert.deepEqual(after.at("model.toolIds"), [tool.id]);
  }),
);

Deno.test(
  "deleting a tool of which toolRefs pins a version is 409 until it is unpinned",
  withDouble(async ({ double, send }) => {
    const { tool, assistant } = await linked(
      { double, send },
      (id) => ({ toolRefs: [{ toolId: id, version: "v1" }] }),
    );
    const refused = await send("DELETE", `/tool/${tool.id}`);
    assert.equal(refused.status, 409);
    assert.deepEqual(Object.keys(Object(refused.body)).sort(), ["error", "message"]);
    assert.equal(refused.at("error"), "tool_pinned");
    assert.equal(double.state.tools.size, 1);

    await send("PATCH", `/assistant/${assistant.id}`, { model: { ...model, toolIds: [tool.id] } });
    assert.equal((await send("DELETE", `/tool/${tool.id}`)).status, 200);
  }),
);

Deno.test(
  "native tools are taken by their type",
  withDouble(async ({ send }) => {
    const { status, id, at } = await send("POST", "/tool", { type: "endCall" });
    assert.deepEqual([status, at("type")], [201, "endCall"]);
    const patched = await send("PATCH", `/tool/${id}`, { type: "function" });
    assert.equal(patched.status, 400);
  }),
);

const model = { provider: "openai", model: "gpt-4.1" };

async function linked({ send }: TestClient, links: (id: string) => Record<string, unknown>) {
  const tool = await send("POST", "/tool", toolBody);
  const assistant = await send("POST", "/assistant", {
    ...assistantBody,
    model: { ...model, ...links(tool.id) },
  });
  return { tool, assistant };
}

function fn(change: Record<string, unknown>): Record<string, unknown> {
  return { function: { ...toolBody.function, ...change } };
}

function parameter(schema: Record<string, unknown>): Record<string, unknown> {
  return fn({ parameters: { type: "object", properties: { x: schema } } });
}

function server(change: Record<string, unknown>): Record<string, unknown> {
  return { server: { ...toolBody.server, ...change } };
}
