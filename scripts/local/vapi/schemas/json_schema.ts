import { z } from "zod";

const types = ["string", "number", "integer", "boolean", "array", "object"] as const;

const formats = [
  "date-time",
  "time",
  "date",
  "duration",
  "email",
  "hostname",
  "ipv4",
  "ipv6",
  "uuid",
] as const;

/**
 * The keywords that Vapi's `JsonSchema` type has, and no other: `anyOf` and `const` are answered
 * with 400, and so is everything that generators of JSON Schema like to add.
 */
export const jsonSchemaSchema = z.strictObject({
  type: z.enum(types),
  get items() {
    return jsonSchemaSchema.optional();
  },
  get properties() {
    return z.record(z.string(), jsonSchemaSchema).optional();
  },
  description: z.string().optional(),
  pattern: z.string().optional(),
  format: z.enum(formats).optional(),
  required: z.array(z.string()).optional(),
  enum: z.array(z.string()).optional(),
  title: z.string().optional(),
});

/** `function.parameters` of a tool: always an object schema. */
export const functionParametersSchema = z.strictObject({
  type: z.literal("object"),
  properties: z.record(z.string(), jsonSchemaSchema),
  required: z.array(z.string()).optional(),
});
