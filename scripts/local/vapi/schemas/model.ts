import { z } from "zod";
import { createToolSchema } from "./tool.ts";

const messageSchema = z.strictObject({
  role: z.enum(["assistant", "function", "user", "system", "tool"]),
  content: z.string().nullable(),
});

/** Pins one version of a tool; wins over the same id in `toolIds`. */
const toolRefSchema = z.strictObject({ toolId: z.string(), version: z.string() });

const common = {
  messages: z.array(messageSchema).optional(),
  tools: z.array(createToolSchema).optional(),
  toolIds: z.array(z.string()).optional(),
  toolRefs: z.array(toolRefSchema).optional(),
  knowledgeBase: z.looseObject({}).optional(),
  temperature: z.number().min(0).max(2).optional(),
  emotionRecognitionEnabled: z.boolean().default(false),
  numFastTurns: z.number().min(0).default(0),
};

const thinkingSchema = z.looseObject({ type: z.literal("enabled") });

function modelOf<Provider extends string, Extra extends z.ZodRawShape>(
  provider: Provider,
  extra: Extra,
) {
  return z.strictObject({
    provider: z.literal(provider),
    model: z.string(),
    maxTokens: z.number().min(1).max(10_000).optional(),
    ...common,
    ...extra,
  });
}

/**
 * `model` of an assistant: one of seventeen, told apart by `provider`, which is therefore required
 * in a PATCH too. Names of models aren't checked.
 */
export const modelSchema = z.discriminatedUnion("provider", [
  modelOf("anthropic", { thinking: thinkingSchema.optional() }),
  modelOf("anthropic-bedrock", { thinking: thinkingSchema.optional() }),
  modelOf("anyscale", {}),
  modelOf("cerebras", {}),
  modelOf("custom-llm", {
    url: z.string(),
    metadataSendMode: z.enum(["off", "variable", "destructured"]).optional(),
    headers: z.record(z.string(), z.string()).optional(),
    wordLevelConfidenceEnabled: z.boolean().optional(),
    timeoutSeconds: z.number().min(20).max(600).optional(),
  }),
  modelOf("deep-seek", {}),
  modelOf("deepinfra", {}),
  modelOf("google", { realtimeConfig: z.looseObject({}).optional() }),
  modelOf("groq", {}),
  modelOf("inflection-ai", {}),
  modelOf("minimax", {}),
  modelOf("openai", {
    fallbackModels: z.array(z.string()).optional(),
    toolStrictCompatibilityMode: z.enum([
      "strip-parameters-with-unsupported-validation",
      "strip-unsupported-validation",
    ]).optional(),
    promptCacheRetention: z.enum(["in_memory", "24h"]).optional(),
    promptCacheKey: z.string().optional(),
    reasoningEffort: z.string().optional(),
  }),
  modelOf("openrouter", {}),
  modelOf("perplexity-ai", {}),
  modelOf("together-ai", {}),
  z.strictObject({
    provider: z.literal("vapi"),
    model: z.string().optional(),
    ...common,
    version: z.unknown().optional(),
    workflowId: z.string().optional(),
    workflow: z.looseObject({}).optional(),
  }),
  modelOf("xai", {}),
]);

export type Model = z.infer<typeof modelSchema>;
