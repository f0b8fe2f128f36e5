/** What verifying needs of an assistant, without keeping all of it: there may be ten thousand. */
import { z } from "zod";
import { isJsonObject, type JsonValue } from "../../shared/json.ts";
import { holdsRedacted } from "../../shared/assistants/bodies.ts";
import { SECRET_HEADER } from "../../shared/tools/vapi_tool.ts";
import { observeCompactly, type Observed } from "../../shared/assistants/observed.ts";
import type { VapiAssistant } from "../../shared/vapi/port.ts";

export interface AssistantView extends Observed {
  id: string;
  /** Null where Vapi sends its default events. */
  serverMessages: readonly JsonValue[] | null;
  /** `metadata.agent_id`. */
  agentId: string | null;
  /** Where the events of its calls go. */
  serverUrl: string | null;
  /** The secret that they carry; null where Vapi shows that there is none, undefined where it shows nothing of it. */
  serverSecret: string | null | undefined;
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
  };
}

function secretOf(server: JsonValue | undefined): string | null | undefined {
  const headers = isJsonObject(server) ? server["headers"] : undefined;
  if (!isJsonObject(headers)) return undefined;
  const entry = Object.entries(headers).find(([name]) => name.toLowerCase() === SECRET_HEADER);
  if (entry === undefined) return null;
  return typeof entry[1] === "string" && !holdsRedacted(entry[1]) ? entry[1] : undefined;
}
