import { z } from "zod";
import type { ToolDefinition } from "./define.ts";

/** The part of JSON Schema that Vapi's `function.parameters` accepts. */
export type VapiJsonSchema = {
  type: VapiJsonType;
  title?: string;
  description?: string;
  pattern?: string;
  format?: string;
  enum?: string[];
  items?: VapiJsonSchema;
  properties?: { [name: string]: VapiJsonSchema };
  required?: string[];
};

type VapiJsonType = z.infer<typeof vapiTypeSchema>;

const vapiTypeSchema = z.enum(["string", "number", "integer", "boolean", "array", "object"]);

/** Bounds and such are checked by our own parser; Vapi's handling of them is unknown, so they aren't sent. */
const DROPPED = [
  "$schema",
  "additionalProperties",
  "default",
  "exclusiveMaximum",
  "exclusiveMinimum",
  "maxItems",
  "maxLength",
  "maximum",
  "minItems",
  "minLength",
  "minimum",
  "multipleOf",
];

const FORMATS = [
  "date-time",
  "time",
  "date",
  "duration",
  "email",
  "hostname",
  "ipv4",
  "ipv6",
  "uuid",
];

const nodeSchema = z.strictObject({
  type: vapiTypeSchema,
  title: z.string().optional(),
  description: z.string().optional(),
  pattern: z.string().optional(),
  format: z.enum(FORMATS).optional(),
  enum: z.array(z.string()).optional(),
  items: z.unknown().optional(),
  properties: z.record(z.string(), z.unknown()).optional(),
  required: z.array(z.string()).optional(),
});

/**
 * The JSON Schema of a tool's arguments, as Vapi gets it.
 * Throws TypeError for anything that Vapi would refuse (`anyOf`, `const`, several types …), naming its path.
 */
export function toolParameters(tool: Pick<ToolDefinition, "name" | "args">): VapiJsonSchema {
  const shape = Object.entries(tool.args).map(([name, { kind, description, optional }]) => {
    const schema = kind.schema.describe(description);
    return [name, optional ? schema.optional() : schema];
  });
  return reduce(z.toJSONSchema(z.object(Object.fromEntries(shape)), { io: "input" }), tool.name);
}

function reduce(schema: unknown, path: string): VapiJsonSchema {
  const kept = Object.entries(z.record(z.string(), z.unknown()).parse(schema))
    .filter(([key]) => !DROPPED.includes(key));
  const parsed = nodeSchema.safeParse(Object.fromEntries(kept));
  if (!parsed.success) {
    throw new TypeError(
      `Cannot describe ${path} to Vapi: ${
        parsed.error.issues.map((issue) => issue.message).join("; ")
      }`,
    );
  }
  const { type, title, description, pattern, format, enum: values, items, properties, required } =
    parsed.data;
  return {
    type,
    ...(title === undefined ? {} : { title }),
    ...(description === undefined ? {} : { description }),
    // A format says it all; zod adds its own long expression for it.
    ...(pattern === undefined || format !== undefined ? {} : { pattern }),
    ...(format === undefined ? {} : { format }),
    ...(values === undefined ? {} : { enum: values }),
    ...(items === undefined ? {} : { items: reduce(items, `${path}[]`) }),
    ...(properties === undefined ? {} : {
      properties: Object.fromEntries(
        Object.entries(properties).map(([name, node]) => [name, reduce(node, `${path}.${name}`)]),
      ),
    }),
    ...(required === undefined ? {} : { required }),
  };
}
