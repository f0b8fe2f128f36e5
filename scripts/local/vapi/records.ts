import { z } from "zod";

/** What the API adds to every resource. Times are ISO 8601 in UTC with milliseconds. */
export interface Stored {
  id: string;
  orgId: string;
  createdAt: string;
  updatedAt: string;
  /** Label of the newest version, "v1" on creation; every change makes the next one. */
  latestVersion: string;
}

// What follows reads bodies that the contract has accepted: the parts that this double looks into, and the defaults that are read back
// although nobody sent them.

const serverSchema = z.looseObject({
  url: z.string().optional(),
  timeoutSeconds: z.number().default(20),
  credentialId: z.string().optional(),
  headers: z.record(z.string(), z.unknown()).optional(),
  secret: z.string().optional(),
  backoffPlan: z.looseObject({
    type: z.unknown(),
    maxRetries: z.number(),
    baseDelaySeconds: z.number(),
    excludedStatusCodes: z.array(z.unknown()).optional(),
  }).optional(),
});

export const toolSchema = z.looseObject({
  type: z.string(),
  function: z.looseObject({
    name: z.string(),
    description: z.string().optional(),
    strict: z.boolean().default(false),
  }).optional(),
  server: serverSchema.optional(),
  messages: z.array(z.looseObject({ type: z.string(), content: z.string().optional() })).optional(),
  async: z.boolean().optional(),
  parameters: z.array(z.looseObject({ key: z.string(), value: z.unknown() })).optional(),
});

const modelSchema = z.looseObject({
  provider: z.string(),
  model: z.string().optional(),
  messages: z.array(z.looseObject({ role: z.string(), content: z.string().nullable() })).optional(),
  tools: z.array(toolSchema).optional(),
  toolIds: z.array(z.string()).optional(),
  toolRefs: z.array(z.looseObject({ toolId: z.string(), version: z.string() })).optional(),
  temperature: z.number().optional(),
  emotionRecognitionEnabled: z.boolean().default(false),
  numFastTurns: z.number().default(0),
});

export const assistantSchema = z.looseObject({
  name: z.string().optional(),
  model: modelSchema.optional(),
  voice: z.looseObject({
    provider: z.string(),
    voiceId: z.string().optional(),
    cachingEnabled: z.boolean().default(true),
  }).optional(),
  transcriber: z.looseObject({ provider: z.string() }).optional(),
  firstMessage: z.string().optional(),
  firstMessageMode: z.string().default("assistant-speaks-first"),
  firstMessageInterruptionsEnabled: z.boolean().default(false),
  maxDurationSeconds: z.number().default(600),
  serverMessages: z.array(z.string()).optional(),
  metadata: z.record(z.string(), z.unknown()).optional(),
  server: serverSchema.optional(),
});

export const phoneNumberSchema = z.looseObject({
  provider: z.string(),
  number: z.string().optional(),
  name: z.string().optional(),
  assistantId: z.string().optional(),
  squadId: z.string().optional(),
  server: serverSchema.optional(),
  status: z.string().default("active"),
});

export const squadSchema = z.looseObject({
  name: z.string().optional(),
  members: z.array(z.looseObject({
    assistantId: z.string().nullish(),
    assistantVersion: z.string().nullish(),
  })),
});

export const callSchema = z.looseObject({
  assistantId: z.string().optional(),
  squadId: z.string().optional(),
  phoneNumberId: z.string().optional(),
  status: z.string().default("queued"),
});

export type Server = z.infer<typeof serverSchema>;
/** A server that webhooks can be sent to. */
export type WebhookServer = Server & { url: string };
export type ToolBody = z.infer<typeof toolSchema>;
export type ToolMessage = NonNullable<ToolBody["messages"]>[number];

/** A tool as `GET /tool/:id` returns it. */
export type ToolRecord = ToolBody & Stored;
/** An assistant as it is stored: `server.secret` is here and in no answer. */
export type AssistantRecord = z.infer<typeof assistantSchema> & Stored;
export type PhoneNumberRecord = z.infer<typeof phoneNumberSchema> & Stored;
export type SquadRecord = z.infer<typeof squadSchema> & Stored;
