/** The body of a save, as the console sends it. */
import { z } from "zod";
import type { JsonObject, JsonValue } from "../../shared/json.ts";
import { parseInput } from "../../shared/http/bodies.ts";
import { cut, isStorable } from "../../shared/storable.ts";

/** Vapi's limit on an assistant's name. */
const MAX_NAME = 40;
const MAX_PROMPT = 100_000;
/** Names and ids that Vapi gives to voices and models. */
const MAX_ID = 200;
const MAX_TOOLS = 100;

const text = z.string().refine(isStorable, "contains NUL or half a surrogate pair");
const id = text.min(1).max(MAX_ID);

/** The body's schema. `toolNames`: what the catalogue defines. */
function agentSchema(toolNames: readonly string[]) {
  const toolName = z.string().refine((name) => toolNames.includes(name), {
    error: ({ input }) =>
      `no such tool: ${cut(String(input), MAX_ID)}; there are ${toolNames.join(", ")}`,
  });
  return z.strictObject({
    orgId: z.guid().exactOptional(),
    agentId: z.guid().exactOptional(),
    version: z.int32().positive().exactOptional(),
    role: z.enum(["inbound", "outbound"]),
    name: text.trim().min(1).max(MAX_NAME),
    systemPrompt: text.min(1).max(MAX_PROMPT),
    firstMessage: text.max(1000).nullable().exactOptional(),
    voice: z.strictObject({ provider: id, voiceId: id }).nullable().exactOptional(),
    model: z.strictObject({
      provider: id,
      model: id,
      temperature: z.number().min(0).max(2).exactOptional(),
    }).nullable().exactOptional(),
    language: text.min(2).max(35).nullable().exactOptional(),
    maxDurationSeconds: z.int().min(10).max(43_200).nullable().exactOptional(),
    tools: z.array(z.string()).max(MAX_TOOLS).pipe(z.array(toolName)).nullable().exactOptional(),
  });
}

/** Parses a body; throws `invalid_input` with every problem as {path, message}. */
export type AgentParser = (body: JsonValue) => JsonObject;

/** The parser for a catalogue with these tools. Made once: making the schema costs more than a parse by it. */
export function agentParser(toolNames: readonly string[]): AgentParser {
  const schema = agentSchema(toolNames);
  return (body) => parseInput(schema, body, "save the agent");
}
