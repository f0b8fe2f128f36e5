/** The functions below `/functions/v1`, by their slug. */
import { z } from "zod";
import { savedSchema } from "../../../console/client/agents.ts";
import { rehearsedSchema, toolsSchema } from "../../../console/client/rehearsal.ts";
import { agentSchema } from "../../../functions/agent-save/body.ts";
import { parametersSchema, querySchema } from "../../../functions/migrate-tools/parameters.ts";
import { bodySchema as rehearsalSchema } from "../../../functions/rehearse/body.ts";
import { statusSchema, textSchema } from "../../../functions/sms-inbound/handler.ts";
import { bodySchema as verifySchema } from "../../../functions/verify-config/handler.ts";
import { isJsonObject, type JsonObject, type JsonValue, parseJson } from "../../../shared/json.ts";
import type { ToolDefinition } from "../../../shared/tools/define.ts";
import { toolParameters } from "../../../shared/tools/vapi_tool.ts";
import { schemaOf } from "./json_schema.ts";
import { operation } from "./operation.ts";

const anything: JsonObject = { type: "object" };

export interface EdgeFunctionsOptions {
  tools: readonly ToolDefinition[];
  /** What each field of a save is, by its name: from docs/agent-save.md. */
  saveFields: ReadonlyMap<string, string>;
}

/** Path items by path. Throws if a field of a save has no description, or a description has no field. */
export function edgeFunctions({ tools, saveFields }: EdgeFunctionsOptions): JsonObject {
  const functions: [string, JsonObject][] = [
    ["agent-save", agentSave(tools, saveFields)],
    ["rehearse", rehearsal()],
    ...tools.map((tool): [string, JsonObject] => [tool.slug, { post: toolCall(tool) }]),
    ["vapi-webhook", { post: webhook() }],
    ["sms-inbound", { post: smsInbound() }],
    ["migrate-tools", migrateTools()],
    ["verify-config", verifyConfig()],
    ["metrics", { get: metrics() }],
    ["tool-sync", {
      post: worker("tool-sync", "Registers tools at Vapi, creates and links assistants"),
    }],
    ["outbox", {
      post: worker(
        "outbox",
        "Sends texts, e-mails and alerts, and copies visits to Google Calendar",
      ),
    }],
  ];
  return Object.fromEntries(functions.map(([slug, item]) => [`/functions/v1/${slug}`, item]));
}

function agentSave(
  tools: readonly ToolDefinition[],
  saveFields: ReadonlyMap<string, string>,
): JsonObject {
  const names = tools.map(({ name }) => name);
  const { create, change } = agentSchema(names);
  const described = (schema: JsonObject): JsonObject => {
    const properties = isJsonObject(schema["properties"]) ? schema["properties"] : {};
    return {
      ...schema,
      properties: Object.fromEntries(
        Object.entries(properties).map(([name, property]): [string, JsonValue] => {
          const description = saveFields.get(name);
          if (description === undefined) {
            throw new Error(`docs/agent-save.md lacks the field ${name}`);
          }
          return [name, { ...(isJsonObject(property) ? property : {}), description }];
        }),
      ),
    };
  };
  const ofChange = described(schemaOf(change, "input"));
  const fields = isJsonObject(ofChange["properties"]) ? Object.keys(ofChange["properties"]) : [];
  const unknown = [...saveFields.keys()].filter((name) => !fields.includes(name));
  if (unknown.length > 0) throw new Error(`docs/agent-save.md describes no field: ${unknown}`);
  return {
    post: operation({
      id: "saveAgent",
      tag: "agents",
      security: "user",
      summary: "Stores an agent and asks for its sync",
      description:
        "Without agentId an agent is created, with it changed: what is left out stays, null clears it. With an older version than " +
        "the current one it is refused (409, version_conflict).",
      parameters: [{
        name: "Prefer",
        in: "header",
        description: "wait=10: the answer waits up to so many seconds, at most 30, for the sync",
        schema: { type: "string" },
      }],
      body: { oneOf: [described(schemaOf(create, "input")), ofChange] },
      answer: schemaOf(savedSchema),
      refusal: "Refusal",
    }),
  };
}

function rehearsal(): JsonObject {
  return {
    post: operation({
      id: "rehearse",
      tag: "agents",
      security: "user",
      summary: "Tries a tool of an agent without a call",
      description:
        "On test calendars, with phone numbers that nobody has (+1 202 555 0100 to 0199); texts are answered instead of sent. Without " +
        "tool it lists the tools that the agent may use. A new sessionId forgets what was booked under the one before.",
      body: schemaOf(rehearsalSchema, "input"),
      answer: { oneOf: [schemaOf(rehearsedSchema), schemaOf(toolsSchema)] },
      refusal: "Refusal",
    }),
  };
}

function toolCall(tool: ToolDefinition): JsonObject {
  const parameters = parseJson(JSON.stringify(toolParameters(tool)));
  const call = {
    type: "object",
    properties: {
      id: { type: "string" },
      function: {
        type: "object",
        properties: { name: { const: tool.name }, arguments: parameters },
        required: ["name", "arguments"],
      },
    },
    required: ["id", "function"],
  };
  const message = {
    type: "object",
    properties: {
      type: { const: "tool-calls" },
      toolCallList: { type: "array", items: call },
      call: { type: "object", description: "The call, as Vapi names it" },
    },
    required: ["type", "toolCallList"],
  };
  return operation({
    id: tool.name,
    tag: "tools",
    security: "vapi",
    summary: tool.description,
    description:
      "Vapi's message of type tool-calls; the older forms (function-call, a root toolCallId, toolCall) are answered in their own.",
    body: { type: "object", properties: { message }, required: ["message"] },
    answer: { $ref: "#/components/schemas/ToolResults" },
    refusal: "Refusal",
  });
}

const webhook = () =>
  operation({
    id: "vapiWebhook",
    tag: "tools",
    security: "vapi",
    summary: "The events of a call, and any tool's calls",
    body: { type: "object", properties: { message: anything } },
    answer: anything,
    refusal: "Refusal",
  });

const smsInbound = () =>
  operation({
    id: "smsInbound",
    tag: "platform",
    security: "twilio",
    summary: "A text to the platform's number, or what became of one that was sent",
    body: { anyOf: [schemaOf(textSchema, "input"), schemaOf(statusSchema, "input")] },
    bodyType: "application/x-www-form-urlencoded",
    answer: { type: "string", description: "TwiML: the answer, if there is one" },
    answerType: "text/xml",
    refusal: "Refusal",
  });

function migrateTools(): JsonObject {
  const shared = { tag: "platform", security: "secretKey", refusal: "Refusal" } as const;
  const query = schemaOf(querySchema, "input")["properties"];
  return {
    post: operation({
      ...shared,
      id: "startMigration",
      summary: "Brings the tools to existing organizations, or with dryRun says what that would do",
      body: schemaOf(parametersSchema, "input"),
      answer: anything,
      status: "2XX",
    }),
    get: operation({
      ...shared,
      id: "migrationReport",
      summary: "How far a migration is: the latest, or the one that is named",
      parameters: Object.entries(isJsonObject(query) ? query : {}).map(
        ([name, schema]): JsonObject => ({ name, in: "query", schema }),
      ),
      answer: anything,
    }),
  };
}

function verifyConfig(): JsonObject {
  const shared = { tag: "platform", security: "secretKey", refusal: "Refusal" } as const;
  return {
    post: operation({
      ...shared,
      id: "verify",
      summary: "Compares what Vapi has with this deployment",
      body: schemaOf(verifySchema, "input"),
      answer: anything,
      status: "2XX",
    }),
    get: operation({
      ...shared,
      id: "repairProgress",
      summary: "How far the repairs of a run are; without one, verifies",
      parameters: [{ name: "repairs", in: "query", schema: schemaOf(z.guid(), "input") }],
      answer: anything,
    }),
  };
}

const metrics = () =>
  operation({
    id: "metrics",
    tag: "platform",
    security: "metrics",
    summary: "The platform's figures, for Prometheus",
    answer: { type: "string" },
    answerType: "text/plain",
    refusal: "Refusal",
  });

const worker = (id: string, summary: string) =>
  operation({
    id,
    tag: "platform",
    security: "secretKey",
    summary: `${summary}. Called by the database`,
    answer: anything,
    status: "2XX",
    refusal: "Refusal",
  });
