import { z } from "zod";

const conditionSchema = z.strictObject({
  operator: z.enum(["eq", "neq", "gt", "gte", "lt", "lte"]),
  param: z.string(),
  value: z.string(),
});

const spoken = {
  content: z.string().optional(),
  contents: z.array(z.strictObject({
    type: z.literal("text"),
    text: z.string(),
    language: z.string(),
  })).optional(),
  conditions: z.array(conditionSchema).optional(),
};

const endOfRequest = {
  ...spoken,
  role: z.enum(["assistant", "system"]).optional(),
  endCallAfterSpokenEnabled: z.boolean().optional(),
};

export const requestCompleteSchema = z.strictObject({
  type: z.literal("request-complete"),
  ...endOfRequest,
});

export const requestFailedSchema = z.strictObject({
  type: z.literal("request-failed"),
  ...endOfRequest,
});

/** One entry of a tool's `messages`: what is spoken while the tool runs. */
export const toolMessageSchema = z.discriminatedUnion("type", [
  z.strictObject({
    type: z.literal("request-start"),
    ...spoken,
    blocking: z.boolean().optional(),
  }),
  requestCompleteSchema,
  requestFailedSchema,
  z.strictObject({
    type: z.literal("request-response-delayed"),
    ...spoken,
    timingMilliseconds: z.number().min(100).max(120_000).optional(),
  }),
]);

export type ToolMessage = z.infer<typeof toolMessageSchema>;
