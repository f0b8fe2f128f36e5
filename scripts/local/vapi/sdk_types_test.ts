import assert from "node:assert/strict";
import { Vapi } from "@vapi-ai/server-sdk";
import type { z } from "zod";
import { type AssistantBody, serverMessageTypes } from "./schemas/assistant.ts";
import type { jsonSchemaSchema } from "./schemas/json_schema.ts";
import type { Model } from "./schemas/model.ts";
import type { Server } from "./schemas/server.ts";
import type { ToolBody } from "./schemas/tool.ts";
import type { ToolMessage } from "./schemas/tool_messages.ts";

/**
 * The schemas of the double know exactly the keys that the SDK's types have: one more would accept
 * what Vapi refuses, one less refuse what it accepts. Checked by the compiler.
 */
type Equal<A, B> = [A] extends [B] ? ([B] extends [A] ? true : never) : never;

type Of<Union, Key extends string, Value> = Extract<Union, Record<Key, Value>>;

type ModelKeys = {
  [P in Model["provider"]]: Equal<
    keyof Of<Model, "provider", P>,
    keyof Of<Vapi.AssistantModel, "provider", P>
  >;
};

type MessageKeys = {
  [T in ToolMessage["type"]]: Equal<
    keyof Of<ToolMessage, "type", T>,
    keyof Of<Vapi.FunctionToolMessagesItem, "type", T>
  >;
};

const modelKeys: ModelKeys = {
  "anthropic": true,
  "anthropic-bedrock": true,
  "anyscale": true,
  "cerebras": true,
  "custom-llm": true,
  "deep-seek": true,
  "deepinfra": true,
  "google": true,
  "groq": true,
  "inflection-ai": true,
  "minimax": true,
  "openai": true,
  "openrouter": true,
  "perplexity-ai": true,
  "together-ai": true,
  "vapi": true,
  "xai": true,
};

const messageKeys: MessageKeys = {
  "request-start": true,
  "request-complete": true,
  "request-failed": true,
  "request-response-delayed": true,
};

type NativeTypes = Exclude<Vapi.CreateToolsRequest["type"], "function">;
type KnownNativeTypes = Exclude<ToolBody["type"], "function">;

const otherKeys: {
  tool: Equal<keyof Of<ToolBody, "type", "function">, keyof Vapi.CreateToolsRequest.Function>;
  nativeTools: [NativeTypes] extends [KnownNativeTypes] ? true : never;
  server: Equal<keyof Server, keyof Vapi.Server | "secret">;
  jsonSchema: Equal<keyof z.infer<typeof jsonSchemaSchema>, keyof Vapi.JsonSchema>;
  assistant: Equal<keyof AssistantBody, keyof Vapi.CreateAssistantDto>;
  modelProviders: Equal<Model["provider"], Vapi.AssistantModel["provider"]>;
  voiceProviders: Equal<
    NonNullable<AssistantBody["voice"]>["provider"],
    Vapi.AssistantVoice["provider"]
  >;
  transcribers: Equal<
    NonNullable<AssistantBody["transcriber"]>["provider"],
    Vapi.AssistantTranscriber["provider"]
  >;
} = {
  tool: true,
  nativeTools: true,
  server: true,
  jsonSchema: true,
  assistant: true,
  modelProviders: true,
  voiceProviders: true,
  transcribers: true,
};

Deno.test("schemas have the keys of the SDK's types, which the compiler has checked", () => {
  assert.ok(
    [modelKeys, messageKeys, otherKeys].every((keys) => Object.values(keys).every(Boolean)),
  );
});

Deno.test("serverMessages takes what the SDK lists, and not assistant-request", () => {
  const listed = Object.values(Vapi.AssistantServerMessagesItem);
  assert.deepEqual([...serverMessageTypes].sort(), listed.sort());
  assert.equal(listed.some((type) => String(type) === "assistant-request"), false);
});
