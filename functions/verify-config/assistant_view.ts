/** The part of an assistant that verification needs; keeping all of it would cost memory, as there may be ten thousand. */
import { z } from "zod";
import { isJsonObject, type JsonValue } from "../../shared/json.ts";
import { holdsRedacted } from "../../shared/assistants/bodies.ts";
import { SECRET_HEADER } from "../../shared/tools/vapi_tool.ts";
import { observeCompactly, type Observed } from "../../shared/assistants/observed.ts";
import { fieldsOf, variantOf } from "../../shared/vapi/contract.ts";
import type { VapiAssistant } from "../../shared/vapi/port.ts";

export interface AssistantView extends Observed {
  id: string;
  /** Null if Vapi sends its default events. */
  serverMessages: readonly JsonValue[] | null;
  /** `metadata.agent_id`. */
  agentId: string | null;
  /** Where the events of its calls are sent. */
  serverUrl: string | null;
  /** The secret that they carry; null if Vapi shows that there is none, undefined if it shows nothing about it. */
  serverSecret: string | null | undefined;
  /** Paths of keys that are not in Vapi's document: it may refuse a change that sends them back. */
  unknownKeys: readonly string[];
}

/** What Vapi adds to an assistant when it shows one. */
const SHOWN_ONLY: readonly string[] = [
  "id",
  "orgId",
  "createdAt",
  "updatedAt",
  "latestVersion",
  "isServerUrlSecretSet",
  "analyticsMetadata",
  "isDeleted",
];

/** The keys of the assistant itself and of its model, which depend on the model's provider. */
export function unknownKeysOf(assistant: VapiAssistant): string[] {
  const known = fieldsOf("CreateAssistantDTO").keys;
  const own = Object.keys(assistant).filter((key) =>
    !Object.hasOwn(known, key) && !SHOWN_ONLY.includes(key)
  );
  const model = assistant.model ?? {};
  const shape = variantOf("CreateAssistantDTO.model", String(model.provider));
  const ofModel = shape === null ? {} : fieldsOf(shape).keys;
  const inModel = Object.keys(shape === null ? {} : model).filter((key) =>
    !Object.hasOwn(ofModel, key)
  );
  return [...own, ...inModel.map((key) => `model.${key}`)];
}

const serverSchema = z.object({ url: z.string() });

export function viewAssistant(assistant: VapiAssistant): AssistantView {
  const messages = assistant["serverMessages"];
  const agentId = assistant.metadata?.["agent_id"];
  return {
    ...observeCompactly(assistant),
    id: assistant.id,
    serverMessages: Array.isArray(messages) ? messages : null,
    agentId: typeof agentId === "string" ? agentId : null,
    serverUrl: serverSchema.safeParse(assistant["server"]).data?.url ?? null,
    serverSecret: secretOf(assistant["server"]),
    unknownKeys: unknownKeysOf(assistant),
  };
}

function secretOf(server: JsonValue | undefined): string | null | undefined {
  const headers = isJsonObject(server) ? server["headers"] : undefined;
  if (!isJsonObject(headers)) return undefined;
  const entry = Object.entries(headers).find(([name]) => name.toLowerCase() === SECRET_HEADER);
  if (entry === undefined) return null;
  return typeof entry[1] === "string" && !holdsRedacted(entry[1]) ? entry[1] : undefined;
}
