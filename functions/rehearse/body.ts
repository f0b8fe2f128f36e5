/** What is sent to rehearse, and what the database answers it. */
import { z } from "zod";
import { isToolResult } from "../../shared/tools/context.ts";
import { isJsonObject, type JsonObject } from "../../shared/json.ts";
import type { ToolResult } from "../../shared/vapi/responses.ts";

export const bodySchema = z.strictObject({
  agentId: z.guid(),
  /** Of one dialogue: what was held or booked in others before is forgotten. */
  sessionId: z.guid(),
  /** Left out: which tools there are. */
  tool: z.string().max(64).exactOptional(),
  /** As a model would write them. */
  arguments: z.custom<JsonObject>((value) => isJsonObject(value), "must be an object").default({}),
  /** The number that is called from; null: withheld. */
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
