import { z } from "zod";
import { functionParametersSchema, jsonSchemaSchema } from "./json_schema.ts";
import { rejectionPlanSchema } from "./rejection_plan.ts";
import { serverSchema } from "./server.ts";
import { toolMessageSchema } from "./tool_messages.ts";

/** Types of tools that Vapi runs itself, or that this double has no rules for. */
export const nativeToolTypes = [
  "apiRequest",
  "bash",
  "code",
  "computer",
  "dtmf",
  "endCall",
  "ghl",
  "gohighlevel.calendar.availability.check",
  "gohighlevel.calendar.event.create",
  "gohighlevel.contact.create",
  "gohighlevel.contact.get",
  "google.calendar.availability.check",
  "google.calendar.event.create",
  "google.sheets.row.append",
  "handoff",
  "make",
  "mcp",
  "output",
  "query",
  "sipRequest",
  "slack.message.send",
  "sms",
  "textEditor",
  "transferCall",
  "voicemail",
] as const;

const functionSchema = z.strictObject({
  name: z.string().regex(/^[a-zA-Z0-9_-]{1,64}$/),
  description: z.string().optional(),
  parameters: functionParametersSchema.optional(),
  strict: z.boolean().default(false),
});

const parameterSchema = z.strictObject({
  key: z.string(),
  value: z.union([
    z.string(),
    z.number(),
    z.boolean(),
    z.array(z.unknown()),
    z.record(z.string(), z.unknown()),
  ]),
});

const functionToolFields = {
  function: functionSchema.optional(),
  server: serverSchema.optional(),
  messages: z.array(toolMessageSchema).optional(),
  async: z.boolean().optional(),
  parameters: z.array(parameterSchema).optional(),
  rejectionPlan: rejectionPlanSchema.optional(),
  variableExtractionPlan: z.strictObject({
    schema: jsonSchemaSchema.optional(),
    aliases: z.array(z.strictObject({ key: z.string(), value: z.string() })).optional(),
  }).optional(),
};

/**
 * Body of `POST /tool`, and of an inline tool in `model.tools`. The name of a function tool stands
 * in `function.name` only. Bodies of native tools aren't checked beyond their type.
 */
export const createToolSchema = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("function"), ...functionToolFields }),
  z.looseObject({ type: z.enum(nativeToolTypes) }),
]);

/** Body of `PATCH /tool/:id` for a function tool; `type` may be sent along. */
export const updateFunctionToolSchema = z.strictObject({
  type: z.literal("function").optional(),
  ...functionToolFields,
});

/** Body of `PATCH /tool/:id` for every other tool. */
export const updateNativeToolSchema = z.looseObject({ type: z.enum(nativeToolTypes).optional() });

/** Top-level keys of a function tool's body. */
export const toolKeys: ReadonlySet<string> = new Set(["type", ...Object.keys(functionToolFields)]);

export type ToolBody = z.infer<typeof createToolSchema>;
export type FunctionToolBody = Extract<ToolBody, { type: "function" }>;
