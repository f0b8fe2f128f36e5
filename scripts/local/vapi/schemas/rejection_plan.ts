import { z } from "zod";

const regexConditionSchema = z.strictObject({
  type: z.literal("regex"),
  regex: z.string(),
  target: z.strictObject({
    role: z.enum(["user", "assistant"]).optional(),
    position: z.number().optional(),
  }).optional(),
  negate: z.boolean().optional(),
});

const liquidConditionSchema = z.strictObject({ type: z.literal("liquid"), liquid: z.string() });

const groupConditionSchema = z.strictObject({
  type: z.literal("group"),
  operator: z.enum(["AND", "OR"]),
  get conditions() {
    return z.array(conditionSchema);
  },
});

const conditionSchema = z.discriminatedUnion("type", [
  regexConditionSchema,
  liquidConditionSchema,
  groupConditionSchema,
]);

/** When to reject a tool call by the state of the conversation. Stored, never evaluated. */
export const rejectionPlanSchema = z.strictObject({
  conditions: z.array(conditionSchema).optional(),
});
