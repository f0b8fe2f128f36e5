import { z } from "zod";
import type { JsonObject, JsonValue } from "../json.ts";
import type { ToolArgs, ToolDefinition } from "./define.ts";
import { question } from "./question.ts";

/**
 * The arguments of a call, checked by the tool's own schema. Forgives what models do: null or "" for a
 * value that is left out, a number where a text is wanted, fields nobody asked for.
 * Throws a question that names everything missing or unusable at once: "I need A, and B.".
 */
export function parseArguments<Tool extends ToolDefinition>(
  tool: Tool,
  given: JsonObject,
): ToolArgs<Tool>;
export function parseArguments(tool: ToolDefinition, given: JsonObject): unknown {
  const parsed = tool.args.safeParse(tidy(tool, given));
  if (parsed.success) return parsed.data;
  throw question(sentence(askedBy(parsed.error)), parsed.error);
}

/** What to ask when the arguments could not be read at all: everything that the tool requires. */
export function askForEverything(tool: ToolDefinition): string {
  const parsed = tool.args.safeParse({});
  return `I couldn't read the details. ${
    parsed.success ? "Please tell me again what you need." : sentence(askedBy(parsed.error))
  }`;
}

/** One phrase per field, in the order of the fields. */
function askedBy(error: z.ZodError): string[] {
  const byField = new Map(error.issues.toReversed().map(({ path, message }) => [path[0], message]));
  return [...byField.values()].reverse();
}

function sentence(asks: readonly string[]): string {
  const last = asks.at(-1) ?? "more details";
  return asks.length < 2
    ? `I need ${last}.`
    : `I need ${asks.slice(0, -1).join("; ")}; and ${last}.`;
}

function tidy(tool: ToolDefinition, given: JsonObject): JsonObject {
  const entries = Object.entries(given)
    .filter(([, value]) => value !== null && (typeof value !== "string" || value.trim() !== ""))
    .map(([name, value]): [string, JsonValue] => [name, asWanted(tool.args.shape[name], value)]);
  return Object.fromEntries(entries);
}

function asWanted(field: unknown, value: JsonValue): JsonValue {
  const wanted = field instanceof z.ZodOptional ? field.unwrap() : field;
  const isText = wanted instanceof z.ZodString || wanted instanceof z.ZodEmail;
  if (isText && typeof value === "number") return String(value);
  if (wanted instanceof z.ZodBoolean && (value === "true" || value === "false")) {
    return value === "true";
  }
  return value;
}
