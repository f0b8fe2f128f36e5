/** The body of a save, as the console sends it. */
import { z } from "zod";
import {
  cut,
  isJsonObject,
  isStorable,
  type JsonObject,
  type JsonValue,
} from "../../shared/json.ts";
import { parseInput, refuse } from "../../shared/http/bodies.ts";

/** Vapi's limit on an assistant's name. */
const MAX_NAME = 40;
const MAX_PROMPT = 100_000;
/** What Vapi names its voices and models by. */
const MAX_ID = 200;
const MAX_TOOLS = 100;

const PURPOSE = "save the agent";

/** Fields for which Vapi has rules of its own. */
const CHECKED_BY_VAPI = ["model", "voice", "language", "settings"];

const text = z.string().refine(isStorable, "contains NUL or half a surrogate pair");
/** Nothing in Vapi's document is nested this deep. */
const MAX_DEPTH = 20;
const json = z.custom<JsonValue>((value) => isPlain(value, 0), "can't be stored, or is too deep");
const id = text.min(1).max(MAX_ID);

function isPlain(value: unknown, depth: number): boolean {
  if (typeof value === "string") return isStorable(value);
  if (typeof value !== "object" || value === null) return true;
  return depth < MAX_DEPTH &&
    Object.entries(value).every(([key, inner]) => isStorable(key) && isPlain(inner, depth + 1));
}

/** The body's schema. `toolNames` are the names of the catalogue's tools. */
// deno-lint-ignore explicit-module-boundary-types -- the schema is the type's one source
export function agentSchema(toolNames: readonly string[]) {
  const toolName = z.string().refine((name) => toolNames.includes(name), {
    error: ({ input }) =>
      `no such tool: ${cut(String(input), MAX_ID)}; there are ${toolNames.join(", ")}`,
  });
  // Which keys of a voice or a model are required depends on its provider.
  const change = {
    orgId: z.guid().exactOptional(),
    agentId: z.guid(),
    version: z.int32().positive().exactOptional(),
    role: z.enum(["inbound", "outbound"]).exactOptional(),
    name: text.trim().min(1).max(MAX_NAME).exactOptional(),
    systemPrompt: text.min(1).max(MAX_PROMPT).exactOptional(),
    firstMessage: text.max(1000).nullable().exactOptional(),
    voice: z.object({ provider: id, voiceId: id.exactOptional() }).catchall(json).nullable()
      .exactOptional(),
    model: z.object({
      provider: id,
      model: id.exactOptional(),
      temperature: z.number().min(0).max(2).exactOptional(),
    }).catchall(json).nullable().exactOptional(),
    language: text.min(2).max(35).nullable().exactOptional(),
    maxDurationSeconds: z.int().min(10).max(43_200).nullable().exactOptional(),
    settings: z.record(text, json).nullable().exactOptional(),
    tools: z.array(z.string()).max(MAX_TOOLS).pipe(z.array(toolName)).nullable().exactOptional(),
  };
  const { agentId: _, role, name, systemPrompt, ...others } = change;
  return {
    change: z.strictObject(change),
    /** Without an agentId there is no agent yet whose values could stay. */
    create: z.strictObject({
      role: role.unwrap(),
      name: name.unwrap(),
      systemPrompt: systemPrompt.unwrap(),
      ...others,
    }),
  };
}

/** What a front end may send to create an agent, and to change one. */
export type NewAgent = z.input<ReturnType<typeof agentSchema>["create"]>;
export type AgentChange = z.input<ReturnType<typeof agentSchema>["change"]>;

/** Parses a body; throws `invalid_input` with every problem as {path, message}. */
export type AgentParser = (body: JsonValue) => Promise<JsonObject>;

/**
 * The parser for the catalogue's tools, whose names are fetched with the first save that names some (most name none). A schema is
 * built once, and only when a save needs it: building it costs a fifth of what loading zod does.
 */
export function agentParser(toolNames: () => Promise<readonly string[]>): AgentParser {
  let withTools: ReturnType<typeof agentSchema> | undefined;
  let withoutTools: ReturnType<typeof agentSchema> | undefined;
  return async (body) => {
    const namesTools = isJsonObject(body) && Array.isArray(body["tools"]);
    const { change, create } = namesTools
      ? withTools ??= agentSchema(await toolNames())
      : withoutTools ??= agentSchema([]);
    const isChange = isJsonObject(body) && body["agentId"] !== undefined;
    const agent: JsonObject = parseInput<JsonObject>(
      isChange ? change : create,
      body,
      PURPOSE,
    );
    if (CHECKED_BY_VAPI.some((field) => agent[field] != null)) {
      // Vapi's document is large, and most instances of the function never need it.
      const { vapiProblems } = await import("./vapi_rules.ts");
      refuse(vapiProblems(agent), PURPOSE);
    }
    return agent;
  };
}
