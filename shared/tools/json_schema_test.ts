import assert from "node:assert/strict";
import { z } from "zod";
import { catalogue } from "./catalogue.ts";
import { toolParameters, type VapiJsonSchema } from "./json_schema.ts";

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

Deno.test("toolParameters() keeps enums, items and formats, and drops bounds", () => {
  const args = z.object({
    kind: z.enum(["a", "b"]).describe("Kind."),
    list: z.array(z.int().min(1)).max(3).describe("List."),
    mail: z.email().describe("Mail."),
    when: z.string().regex(/^\d$/).max(1).describe("When."),
  });
  assert.deepEqual(toolParameters({ name: "t", args }), {
    type: "object",
    properties: {
      kind: { type: "string", description: "Kind.", enum: ["a", "b"] },
      list: { type: "array", description: "List.", items: { type: "integer" } },
      mail: { type: "string", description: "Mail.", format: "email" },
      when: { type: "string", description: "When.", pattern: "^\\d$" },
    },
    required: ["kind", "list", "mail", "when"],
  });
});

Deno.test("toolParameters() refuses a union, and says where", () => {
  const args = z.object({ either: z.union([z.string(), z.number()]) });
  assert.throws(() => toolParameters({ name: "t", args }), /Cannot describe t\.either to Vapi/);
});

Deno.test("toolParameters() refuses a literal", () => {
  const args = z.object({ only: z.literal("x") });
  assert.throws(() => toolParameters({ name: "t", args }), /Cannot describe t\.only to Vapi/);
});
