/** The body of a save, as the console sends it. */
import { z } from "zod";
import type { JsonObject, JsonValue } from "../../shared/json.ts";
import { parseInput } from "../../shared/parse_input.ts";

/** Vapi's limit on an assistant's name. */
const MAX_NAME = 40;
const MAX_PROMPT = 100_000;

/** The body's schema. `toolNames`: what the catalogue defines. */
function agentSchema(toolNames: readonly string[]) {
  const toolName = z.string().refine(
    (name) => toolNames.includes(name),
    { error: ({ input }) => `no such tool: ${input}; there are ${toolNames.join(", ")}` },
  );
  return z.strictObject({
    orgId: z.uuid().exactOptional(),
    agentId: z.uuid().exactOptional(),
    version: z.int().positive().exactOptional(),
    role: z.enum(["inbound", "outbound"]),
    name: z.string().trim().min(1).max(MAX_NAME),
    systemPrompt: z.string().min(1).max(MAX_PROMPT),
    firstMessage: z.string().max(1000).nullable().exactOptional(),
    voice: z.strictObject({
      provider: z.string().min(1),
      voiceId: z.string().min(1),
    }).nullable().exactOptional(),
    model: z.strictObject({
      provider: z.string().min(1),
      model: z.string().min(1),
      temperature: z.number().min(0).max(2).exactOptional(),
    }).nullable().exactOptional(),
    language: z.string().min(2).max(35).nullable().exactOptional(),
    maxDurationSeconds: z.int().min(10).max(43_200).nullable().exactOptional(),
    tools: z.array(toolName).nullable().exactOptional(),
  });
}

/** Parses the body; throws `invalid_input` with every problem as {path, message}. */
export function parseAgent(body: JsonValue, toolNames: readonly string[]): JsonObject {
  return parseInput(agentSchema(toolNames), body, "save the agent");
}
