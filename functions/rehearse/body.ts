/** The request and the answer of rehearse. */
import { z } from "zod";
import { isToolResult } from "../../shared/tools/context.ts";
import { isJsonObject, type JsonObject } from "../../shared/json.ts";
import type { ToolResult } from "../../shared/vapi/responses.ts";

export const bodySchema = z.strictObject({
  agentId: z.guid(),
  /** Identifies one dialogue: what others before it held or booked is forgotten. */
  sessionId: z.guid(),
  /** If left out, the answer lists the tools. */
  tool: z.string().max(64).exactOptional(),
  /** As a model would write them. */
  arguments: z.custom<JsonObject>((value) => isJsonObject(value), "must be an object").default({}),
  /** The number that the call comes from; null if it is withheld. */
  caller: z.string().regex(/^\+[1-9]\d{6,14}$/, "must be a number such as +12025550100").nullable()
    .default(null),
});

export const begunSchema = z.object({
  call: z.object({
    callId: z.string(),
    assistantId: z.string().exactOptional(),
    metadataOrgId: z.string(),
  }),
  tools: z.array(z.string()).nullable(),
  calendars: z.array(z.string()),
});
export type Begun = z.infer<typeof begunSchema>;

export const answerSchema = z.object({
  result: z.custom<ToolResult>(isToolResult),
  texts: z.array(z.object({ to: z.string(), body: z.string() })),
});
export type Answer = z.infer<typeof answerSchema>;
