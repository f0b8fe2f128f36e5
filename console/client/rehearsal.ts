/** Trying an agent's tools without a call: the function `rehearse`. */
import * as z from "zod/mini";
import { fromResponse, unreachable } from "./api_error.ts";
import type { Client } from "./client.ts";

/** One dialogue: what is held or booked in it is forgotten once its member begins another. */
export interface Rehearsal {
  agentId: string;
  sessionId: string;
}

/** The part of JSON Schema in which tools' arguments are described. */
const parameterSchema = z.object({
  type: z.string(),
  description: z.optional(z.string()),
  enum: z.optional(z.array(z.string())),
  format: z.optional(z.string()),
});
const toolSchema = z.object({
  name: z.string(),
  description: z.string(),
  parameters: z.object({
    properties: z._default(z.record(z.string(), parameterSchema), {}),
    required: z._default(z.array(z.string()), []),
  }),
});
export type RehearsedTool = z.infer<typeof toolSchema>;
export const toolsSchema = z.object({
  success: z.literal(true),
  tools: z.array(toolSchema),
  /** Names of the test calendars on which it is rehearsed. */
  calendars: z.array(z.string()),
});

export const rehearsedSchema = z.object({
  success: z.literal(true),
  /** What the tool found or did; left out if it could not be carried out. */
  result: z.optional(z.looseObject({ success: z.boolean(), message: z.string() })),
  /** What the agent would say instead. */
  error: z.optional(z.string()),
  /** Texts that would have been sent. */
  texts: z.array(z.object({ to: z.string(), body: z.string() })),
  ms: z.number(),
});
export type Rehearsed = z.infer<typeof rehearsedSchema>;

export interface RehearsedCall {
  tool: string;
  arguments: Record<string, string | number | boolean>;
  /** A number that nobody has, such as +12025550100; null: withheld. */
  caller: string | null;
}

/** The tools that the agent may use. Throws `ApiError`. */
export async function rehearsalTools(
  client: Client,
  rehearsal: Rehearsal,
): Promise<z.infer<typeof toolsSchema>> {
  return toolsSchema.parse(await ask(client, rehearsal));
}

/** Does what a tool would do in a call, on a test calendar. Throws `ApiError`. */
export async function rehearse(
  client: Client,
  rehearsal: Rehearsal,
  call: RehearsedCall,
): Promise<Rehearsed> {
  return rehearsedSchema.parse(await ask(client, { ...rehearsal, ...call }));
}

async function ask(client: Client, body: Rehearsal | Rehearsal & RehearsedCall): Promise<unknown> {
  const response = await client.invoke("rehearse", body).catch((error) => {
    throw unreachable(error);
  });
  if (!response.ok) throw await fromResponse(response);
  return await response.json();
}
