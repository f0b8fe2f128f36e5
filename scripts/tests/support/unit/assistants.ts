/** Builders for the tests of the sync engine. */
import type { JsonObject } from "../../../../shared/json.ts";
import { DEFINITION_HEADER } from "../../../../shared/vapi/call_context.ts";
import { BACKOFF_PLAN } from "../../../../shared/tools/vapi_tool.ts";
import type { CatalogueTool } from "../../../../shared/assistants/catalogue.ts";
import type { Clinic, SyncAgent } from "../../../../shared/assistants/job.ts";
import { promptBlock, withBlock } from "../../../../shared/assistants/prompt_block.ts";

export const AGENT_ID = "11111111-1111-4111-8111-111111111111";
export const ORG_ID = "22222222-2222-4222-8222-222222222222";
export const WEBHOOK = {
  url: "https://backend.example.test/vapi-webhook",
  secret: "s3cret-webhook",
};

export const CLINIC: Clinic = {
  name: "Example Clinic",
  timezone: "America/New_York",
  phone: null,
  transfer: { phone: null, isAlways: false, emergencyWords: [] },
  hours: [1, 2, 3, 4, 5].map((weekday) => ({
    weekday,
    opens: "09:00",
    closes: "17:00",
    calendar: null,
  })),
  services: [{ name: "Appointment", minutes: 30, forPatients: "all", with: [] }],
  providers: ["Clinic"],
  locations: [],
};

/** The system message at Vapi of that clinic's agent with this prompt. */
export const systemContent = (prompt: string): string => withBlock(prompt, promptBlock(CLINIC));

/** An agent that was never synced. */
export function buildAgent(overrides: Partial<SyncAgent> = {}): SyncAgent {
  return {
    id: AGENT_ID,
    orgId: ORG_ID,
    version: 1,
    name: "Front desk",
    role: "inbound",
    systemPrompt: "You answer the phone of a clinic.",
    firstMessage: "Hello, how can I help?",
    voice: { provider: "11labs", voiceId: "paula" },
    model: { provider: "openai", model: "gpt-4o", temperature: 0.3 },
    language: null,
    maxDurationSeconds: null,
    settings: {},
    tools: null,
    disabledTools: [],
    clinic: CLINIC,
    isInTrial: false,
    assistantId: null,
    mayExistAtVapi: false,
    lastApplied: null,
    linkedToolIds: [],
    rejectedSettings: [],
    writtenAt: null,
    ...overrides,
  };
}

/** An assistant as Vapi would show it after this agent was created, with a few things that are not ours. */
export function buildAssistant(overrides: JsonObject = {}): JsonObject {
  return {
    id: "asst_1",
    createdAt: "2026-01-05T10:00:00.000Z",
    name: "Front desk",
    firstMessage: "Hello, how can I help?",
    voice: { provider: "11labs", voiceId: "paula", stability: 0.7 },
    model: {
      provider: "openai",
      model: "gpt-4o",
      temperature: 0.3,
      emotionRecognitionEnabled: true,
      messages: [
        { role: "system", content: systemContent("You answer the phone of a clinic.") },
        { role: "user", content: "an example that someone added" },
      ],
      tools: [{ type: "endCall" }],
      toolIds: ["foreign_1"],
    },
    metadata: { agent_id: AGENT_ID, org_id: ORG_ID, crm: "x-17" },
    server: { url: WEBHOOK.url, timeoutSeconds: 20, backoffPlan: BACKOFF_PLAN },
    ...overrides,
  };
}

/** A tool of the catalogue as it is registered. */
export function buildCatalogueTool(name: string, slug: string): CatalogueTool {
  const description = `What ${name} does.`;
  return {
    name,
    slug,
    description,
    hash: `hash of ${name}`,
    deploymentHash: "hash of the deployment",
    body: {
      type: "function",
      async: false,
      function: { name, description, parameters: { type: "object", properties: {} } },
      server: {
        url: `https://backend.example.test/functions/v1/${slug}`,
        timeoutSeconds: 20,
        backoffPlan: BACKOFF_PLAN,
        headers: { [DEFINITION_HEADER]: `hash of ${name}` },
      },
      messages: [],
    },
  };
}
