import { z } from "zod";
import { modelSchema } from "./model.ts";
import { serverSchema } from "./server.ts";

const voiceProviders = [
  "11labs",
  "azure",
  "cartesia",
  "custom-voice",
  "deepgram",
  "hume",
  "inworld",
  "lmnt",
  "microsoft",
  "minimax",
  "neuphonic",
  "openai",
  "playht",
  "rime-ai",
  "sesame",
  "smallest-ai",
  "tavus",
  "vapi",
  "wellsaid",
  "xai",
] as const;

const transcriberProviders = [
  "11labs",
  "assembly-ai",
  "azure",
  "cartesia",
  "custom-transcriber",
  "deepgram",
  "gladia",
  "google",
  "openai",
  "soniox",
  "speechmatics",
  "talkscriber",
  "vapi",
  "xai",
] as const;

/** Members of `serverMessages`. "assistant-request" isn't one, though it is sent to servers. */
export const serverMessageTypes = [
  "assistant.started",
  "assistant.speechStarted",
  "conversation-update",
  "end-of-call-report",
  "function-call",
  "hang",
  "language-changed",
  "language-change-detected",
  "model-output",
  "phone-call-control",
  "speech-update",
  "status-update",
  "transcript",
  'transcript[transcriptType="final"]',
  "tool-calls",
  "transfer-destination-request",
  "handoff-destination-request",
  "transfer-update",
  "user-interrupted",
  "voice-input",
  "chat.created",
  "chat.deleted",
  "session.created",
  "session.updated",
  "session.deleted",
  "call.deleted",
  "call.delete.failed",
  "call.artifact.upload",
] as const;

const clientMessageTypes = [
  "conversation-update",
  "assistant.speechStarted",
  "function-call",
  "function-call-result",
  "hang",
  "language-changed",
  "metadata",
  "model-output",
  "speech-update",
  "status-update",
  "transcript",
  "tool-calls",
  "tool-calls-result",
  "tool.completed",
  "transfer-update",
  "user-interrupted",
  "voice-input",
  "workflow.node.started",
  "assistant.started",
] as const;

const loose = z.looseObject({}).optional();
const looseList = z.array(z.looseObject({})).optional();

const fields = {
  name: z.string().max(40).optional(),
  model: modelSchema.optional(),
  voice: z.looseObject({
    provider: z.enum(voiceProviders),
    voiceId: z.string().optional(),
    cachingEnabled: z.boolean().default(true),
  }).optional(),
  transcriber: z.looseObject({ provider: z.enum(transcriberProviders) }).optional(),
  firstMessage: z.string().optional(),
  firstMessageInterruptionsEnabled: z.boolean().optional(),
  firstMessageMode: z.enum([
    "assistant-speaks-first",
    "assistant-speaks-first-with-model-generated-message",
    "assistant-waits-for-user",
  ]).optional(),
  serverMessages: z.array(z.enum(serverMessageTypes)).optional(),
  clientMessages: z.array(z.enum(clientMessageTypes)).optional(),
  maxDurationSeconds: z.number().min(10).max(43_200).optional(),
  modelOutputInMessagesEnabled: z.boolean().optional(),
  voicemailDetection: z.union([z.literal("off"), z.looseObject({})]).optional(),
  voicemailMessage: z.string().max(1000).optional(),
  endCallMessage: z.string().max(1000).optional(),
  endCallPhrases: z.array(z.string()).optional(),
  backgroundSound: z.string().optional(),
  metadata: z.record(z.string(), z.unknown()).optional(),
  server: serverSchema.optional(),
  credentialIds: z.array(z.string()).optional(),
  // Nested settings that this double stores and doesn't look into.
  credentials: looseList,
  hooks: looseList,
  transportConfigurations: looseList,
  observabilityPlan: loose,
  compliancePlan: loose,
  backgroundSpeechDenoisingPlan: loose,
  analysisPlan: loose,
  artifactPlan: loose,
  startSpeakingPlan: loose,
  stopSpeakingPlan: loose,
  monitorPlan: loose,
  keypadInputPlan: loose,
};

/**
 * Body of `POST /assistant` and of `PATCH /assistant/:id`: every key is optional in both, and a key
 * that isn't here is refused, among them `tools`, `toolIds` and `serverUrl` at the top and all that
 * only an answer has (`id`, `orgId`, `createdAt`, `updatedAt`, `isServerUrlSecretSet`,
 * `latestVersion`, `analyticsMetadata`, `isDeleted`).
 */
export const assistantBodySchema = z.strictObject(fields);

/** Top-level keys of an assistant's body. */
export const assistantKeys: ReadonlySet<string> = new Set(Object.keys(fields));

export type AssistantBody = z.infer<typeof assistantBodySchema>;
