import assert from "node:assert/strict";
import { z } from "zod";
import type { JsonValue } from "../json.ts";
import { catalogue } from "./catalogue.ts";
import { defineTool, type Fields, type ToolDefinition } from "./define.ts";
import { jsonKind, text } from "./fields.ts";
import {
  BACKOFF_PLAN,
  type Deployment,
  prepareTools,
  toolParameters,
  type VapiJsonSchema,
} from "./vapi_tool.ts";

const deployment: Deployment = {
  backendUrl: "https://backend.example.test/functions/v1",
  webhookSecret: "a-webhook-secret",
};

const base = {
  name: "sayHello",
  slug: "say-hello",
  description: "Says hello.",
  args: { name: text("the name", "Whom to greet.") },
};
const tool = defineTool(base);

async function prepare(prepared: ToolDefinition, there: Deployment = deployment) {
  const [made] = await prepareTools([prepared], there);
  assert.ok(made);
  return made;
}

Deno.test("prepareTools() makes what POST /tool takes: name inside function, synchronous, authenticated", async () => {
  const { body, hash } = await prepare(tool);
  assert.deepEqual(body, {
    type: "function",
    async: false,
    function: {
      name: "sayHello",
      description: "Says hello.",
      parameters: {
        type: "object",
        properties: { name: { type: "string", description: "Whom to greet." } },
        required: ["name"],
      },
    },
    server: {
      url: "https://backend.example.test/functions/v1/say-hello",
      timeoutSeconds: 20,
      backoffPlan: BACKOFF_PLAN,
      headers: {
        "x-vapi-secret": "a-webhook-secret",
        "x-tool-definition": hash,
      },
    },
    messages: [],
  });
});

Deno.test("prepareTools() with a credential sends its id and not the secret", async () => {
  const { body: { server } } = await prepare(tool, { ...deployment, credentialId: "cred-1" });
  assert.equal(server.credentialId, "cred-1");
  assert.equal(JSON.stringify(server).includes(deployment.webhookSecret), false);
});

Deno.test("prepareTools() makes a hash of 64 hex characters, the same every time", async () => {
  const { hash } = await prepare(tool);
  assert.match(hash, /^[0-9a-f]{64}$/);
  assert.equal((await prepare(defineTool({ ...base }), { ...deployment })).hash, hash);
});

const CHANGES: [what: string, tool: typeof tool, deployment: Deployment][] = [
  ["the description", defineTool({ ...base, description: "Says hello!" }), deployment],
  [
    "a parameter's description",
    defineTool({ ...base, args: { name: text("the name", "Who.") } }),
    deployment,
  ],
  [
    "a message",
    defineTool({ ...base, messages: [{ type: "request-start", content: "Hm." }] }),
    deployment,
  ],
  ["the time-out", defineTool({ ...base, timeoutSeconds: 21 }), deployment],
  ["the URL", tool, { ...deployment, backendUrl: "https://other.example.test/functions/v1" }],
  ["the secret", tool, { ...deployment, webhookSecret: "another-secret" }],
  ["the credential", tool, { ...deployment, credentialId: "cred-1" }],
];

for (const [what, changed, there] of CHANGES) {
  Deno.test(`prepareTools() makes another hash when ${what} changes`, async () => {
    assert.notEqual((await prepare(changed, there)).hash, (await prepare(tool)).hash);
  });
}

Deno.test("every tool of the catalogue has its own name, slug, URL and hash, and is synchronous", async () => {
  const bodies = (await prepareTools(catalogue, deployment)).map(({ body }) => body);
  const distinct = (values: unknown[]) => new Set(values).size;
  assert.equal(distinct(catalogue.map(({ name }) => name)), catalogue.length);
  assert.equal(distinct(bodies.map(({ server }) => server.url)), catalogue.length);
  assert.equal(
    distinct(bodies.map(({ server }) => server.headers["x-tool-definition"])),
    catalogue.length,
  );
  assert.ok(bodies.every((body) => body.async === false));
});

Deno.test("defineTool() refuses a name, a slug and a description that Vapi or its models can't take", () => {
  assert.throws(() => defineTool({ ...base, name: "say hello" }), /the name must match/);
  assert.throws(() => defineTool({ ...base, slug: "sayHello" }), /kebab case/);
  assert.throws(() => defineTool({ ...base, description: "x".repeat(1001) }), /it has 1001/);
});

/** JSON Schema keywords that Vapi accepts in `function.parameters`. */
const ACCEPTED = new Set([
  "type",
  "items",
  "properties",
  "description",
  "pattern",
  "format",
  "required",
  "enum",
  "title",
]);

function* nodesOf(schema: VapiJsonSchema, path: string): Generator<[string, VapiJsonSchema]> {
  yield [path, schema];
  if (schema.items) yield* nodesOf(schema.items, `${path}[]`);
  for (const [name, node] of Object.entries(schema.properties ?? {})) {
    yield* nodesOf(node, `${path}.${name}`);
  }
}

for (const tool of catalogue) {
  Deno.test(`toolParameters() of ${tool.name} uses only what Vapi accepts`, () => {
    for (const [path, node] of nodesOf(toolParameters(tool), tool.name)) {
      for (const key of Object.keys(node)) assert.ok(ACCEPTED.has(key), `${path} has ${key}`);
      assert.equal(typeof node.type, "string", `${path} has one type`);
    }
  });

  Deno.test(`toolParameters() of ${tool.name} describes every parameter and requires only known ones`, () => {
    const { properties = {}, required = [] } = toolParameters(tool);
    for (const [name, node] of Object.entries(properties)) {
      assert.ok(node.description, `${tool.name}.${name} has no description`);
    }
    for (const name of required) assert.ok(name in properties);
  });
}

Deno.test("toolParameters() of bookClinicAppointment requires patientPhone and leaves patientEmail optional", () => {
  const tool = catalogue.find(({ name }) => name === "bookClinicAppointment");
  assert.ok(tool);
  assert.deepEqual(toolParameters(tool).required, [
    "patientName",
    "patientPhone",
    "appointmentDate",
    "appointmentTime",
  ]);
});

/** Arguments of these schemas. */
function argsOf(schemas: { [name: string]: z.ZodType<JsonValue> }): Fields {
  return Object.fromEntries(
    Object.entries(schemas).map(([name, schema]) => [
      name,
      { kind: jsonKind(schema, "Which?"), ask: name, description: `The ${name}.` },
    ]),
  );
}

Deno.test("toolParameters() keeps enums, items and formats, and drops bounds", () => {
  const args = argsOf({
    kind: z.enum(["a", "b"]),
    list: z.array(z.int().min(1)).max(3),
    mail: z.email(),
    when: z.string().regex(/^\d$/).max(1),
  });
  assert.deepEqual(toolParameters({ name: "t", args }), {
    type: "object",
    properties: {
      kind: { type: "string", description: "The kind.", enum: ["a", "b"] },
      list: { type: "array", description: "The list.", items: { type: "integer" } },
      mail: { type: "string", description: "The mail.", format: "email" },
      when: { type: "string", description: "The when.", pattern: "^\\d$" },
    },
    required: ["kind", "list", "mail", "when"],
  });
});

Deno.test("toolParameters() refuses a union, and says where", () => {
  const args = argsOf({ either: z.union([z.string(), z.number()]) });
  assert.throws(() => toolParameters({ name: "t", args }), /Cannot describe t\.either to Vapi/);
});

Deno.test("toolParameters() refuses a literal", () => {
  const args = argsOf({ only: z.literal("x") });
  assert.throws(() => toolParameters({ name: "t", args }), /Cannot describe t\.only to Vapi/);
});
