/** Everything that a model knows about its clinic and its tools: the JSON at Vapi, with the templates in it filled in as Vapi does. */
import { z } from "zod";
import type { Stack } from "../local/stack.ts";

const parameterSchema = z.looseObject({
  type: z.string(),
  description: z.string().default(""),
  format: z.string().optional(),
  enum: z.array(z.string()).optional(),
});
export type Parameter = z.infer<typeof parameterSchema>;

/** A tool's definition at Vapi, as a model is told about it. */
export const toolTextSchema = z.looseObject({
  name: z.string(),
  description: z.string().default(""),
  parameters: z.looseObject({
    properties: z.record(z.string(), parameterSchema).default({}),
    required: z.array(z.string()).default([]),
  }).prefault({}),
}).transform(({ name, description, parameters }): ToolText => ({
  name,
  description,
  parameters: parameters.properties,
  required: parameters.required,
}));

/** A tool as the model is told of it. */
export interface ToolText {
  readonly name: string;
  readonly description: string;
  readonly parameters: Readonly<Record<string, Parameter>>;
  readonly required: readonly string[];
}

export interface Knowledge {
  readonly prompt: string;
  readonly tools: readonly ToolText[];
}

const assistantSchema = z.looseObject({
  model: z.looseObject({
    messages: z.array(z.looseObject({ role: z.string(), content: z.string().default("") })),
    toolIds: z.array(z.string()).default([]),
  }),
});
const toolSchema = z.looseObject({ id: z.string(), function: toolTextSchema });

/** Asks Vapi's API for one assistant and its tools, as a model gets them at the beginning of a call. */
export async function knowledgeOf(
  stack: Stack,
  assistantId: string,
  callerNumber: string | null,
): Promise<Knowledge> {
  const { model } = assistantSchema.parse(await get(stack, `/assistant/${assistantId}`));
  const tools = await allTools(stack);
  const system = model.messages.filter(({ role }) => role === "system");
  return {
    prompt: system.map(({ content }) => filledIn(content, callerNumber, new Date())).join("\n"),
    tools: model.toolIds.flatMap((id) => tools.get(id) ?? []),
  };
}

const known = new WeakMap<Stack, Promise<Map<string, ToolText>>>();

/** They are the same for every assistant of the account. */
function allTools(stack: Stack): Promise<Map<string, ToolText>> {
  const tools = known.get(stack) ?? readTools(stack);
  known.set(stack, tools);
  return tools;
}

async function readTools(stack: Stack): Promise<Map<string, ToolText>> {
  const listed = z.array(toolSchema).parse(await get(stack, "/tool?limit=1000"));
  return new Map(listed.map(({ id, function: tool }) => [id, tool]));
}

async function get({ vapi }: Stack, path: string): Promise<unknown> {
  const response = await fetch(`${vapi.url}${path}`, {
    headers: { authorization: `Bearer ${vapi.key}` },
  });
  if (!response.ok) throw new Error(`GET ${path} at Vapi answered ${response.status}`);
  return await response.json();
}

/** Fills in what Vapi fills in: the time in a zone, and the number of the caller. Throws for any other template. */
export function filledIn(text: string, callerNumber: string | null, now: Date): string {
  return text.replace(/\{\{([^}]*)\}\}/g, (_, template: string) => {
    if (template.trim() === "customer.number") return callerNumber ?? "";
    const zone = /^\s*"now"\s*\|\s*date:\s*"[^"]*",\s*"([^"]+)"\s*$/.exec(template)?.[1];
    if (zone === undefined) throw new Error(`Cannot fill in the template {{${template}}}`);
    return new Intl.DateTimeFormat("en-US", {
      timeZone: zone,
      weekday: "long",
      month: "long",
      day: "2-digit",
      year: "numeric",
      hour: "2-digit",
      minute: "2-digit",
    }).format(now);
  });
}
