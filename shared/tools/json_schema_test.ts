import assert from "node:assert/strict";
import { z } from "zod";
import { catalogue } from "./catalogue.ts";
import type { JsonValue } from "../json.ts";
import type { Fields } from "./field.ts";
import { jsonKind } from "./field_kinds.ts";
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
