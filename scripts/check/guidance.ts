/**
 * Whether the tools are such that models choose them and fill them in well: Vapi's guidance, and what goes wrong in the field. All of them
 * are in every request to the model, so they are short.
 */
import { estimateTokenCount } from "tokenx";
import { canonicalize } from "../../shared/hash.ts";
import type { ToolDefinition } from "../../shared/tools/define.ts";
import { toolParameters, type VapiJsonSchema } from "../../shared/tools/vapi_tool.ts";

/** All definitions together, by an estimate a few percent above what OpenAI's tokenizer counts. */
export const MAX_TOKENS = 2_000;

const MAX_ARGUMENT_DESCRIPTION = 160;

/** What the model is told about a tool. */
function offered(tool: ToolDefinition): string {
  const { name, description } = tool;
  return JSON.stringify({ name, description, parameters: toolParameters(tool) });
}

export function tokensOf(tools: readonly ToolDefinition[]): number {
  return tools.reduce((sum, tool) => sum + estimateTokenCount(offered(tool)), 0);
}

/** One sentence for each rule that a tool breaks. */
export function guidanceProblems(tools: readonly ToolDefinition[]): string[] {
  const tokens = tokensOf(tools);
  return [
    ...tools.flatMap((tool) => [
      ...descriptionProblems(tool, tools),
      ...argumentProblems(tool),
    ]),
    ...differentMeanings(tools),
    ...tokens > MAX_TOKENS
      ? [`All tools together take about ${tokens} tokens of the model, more than ${MAX_TOKENS}`]
      : [],
  ];
}

function descriptionProblems(
  { name, description, messages }: ToolDefinition,
  tools: readonly ToolDefinition[],
): string[] {
  // An organization may have switched the other one off.
  const others = tools.filter((other) => other.name !== name && description.includes(other.name));
  return [
    ...others.map((other) =>
      `${name}: its description names ${other.name}, which may not be linked`
    ),
    ...(/\bUse it\b|\buse it\b/.test(description)
      ? []
      : [`${name}: its description does not say when to use it`]),
    ...(messages.some(({ type }) => type === "request-start")
      ? []
      : [`${name}: it has no request-start message, so a caller may hear silence`]),
  ];
}

function argumentProblems(tool: ToolDefinition): string[] {
  const { properties = {} } = toolParameters(tool);
  return Object.entries(properties).flatMap(([argument, { description = "", ...schema }]) => {
    const where = `${tool.name}.${argument}`;
    const isKnown = /Id$|^code$/.test(argument);
    return [
      ...(description === "" ? [`${where} has no description`] : []),
      ...(description.length > MAX_ARGUMENT_DESCRIPTION
        ? [`${where}: its description has more than ${MAX_ARGUMENT_DESCRIPTION} characters`]
        : []),
      ...(isKnown && schema.format === undefined && schema.pattern === undefined
        ? [`${where}: its form is known, so its schema has to say it`]
        : []),
    ];
  });
}

/** One name means one thing: a model carries an argument from one tool to the next. */
function differentMeanings(tools: readonly ToolDefinition[]): string[] {
  const forms = new Map<string, Set<string>>();
  for (const tool of tools) {
    const { properties = {} } = toolParameters(tool);
    for (const [argument, schema] of Object.entries(properties)) {
      forms.set(argument, (forms.get(argument) ?? new Set()).add(formOf(schema)));
    }
  }
  return [...forms].filter(([, { size }]) => size > 1)
    .map(([argument, all]) => `${argument} has several forms: ${[...all].join(" and ")}`);
}

function formOf({ description: _, ...form }: VapiJsonSchema): string {
  return canonicalize(JSON.parse(JSON.stringify(form)));
}
