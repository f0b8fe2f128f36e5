import assert from "node:assert/strict";
import { BACKOFF_PLAN } from "../vapi/backoff_plan.ts";
import { catalogue } from "./catalogue.ts";
import { defineTool } from "./define.ts";
import { text } from "./fields.ts";
import { definitionHash, type Deployment, vapiToolBody } from "./vapi_tool.ts";

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

Deno.test("vapiToolBody() is what POST /tool takes: name inside function, synchronous, authenticated", async () => {
  assert.deepEqual(await vapiToolBody(tool, deployment), {
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
        "x-tool-definition": await definitionHash(tool, deployment),
      },
    },
    messages: [],
  });
});

Deno.test("vapiToolBody() with a credential sends its id and not the secret", async () => {
  const { server } = await vapiToolBody(tool, { ...deployment, credentialId: "cred-1" });
  assert.equal(server.credentialId, "cred-1");
  assert.equal(JSON.stringify(server).includes(deployment.webhookSecret), false);
});

Deno.test("definitionHash() has 64 hex characters and is the same every time", async () => {
  const hash = await definitionHash(tool, deployment);
  assert.match(hash, /^[0-9a-f]{64}$/);
  assert.equal(await definitionHash(defineTool({ ...base }), { ...deployment }), hash);
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
  Deno.test(`definitionHash() differs when ${what} changes`, async () => {
    assert.notEqual(await definitionHash(changed, there), await definitionHash(tool, deployment));
  });
}

Deno.test("every tool of the catalogue has its own name, slug, URL and hash, and is synchronous", async () => {
  const bodies = await Promise.all(catalogue.map((each) => vapiToolBody(each, deployment)));
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
