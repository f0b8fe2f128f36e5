/** What verifying needs of an assistant, without keeping all of it: there may be ten thousand. */
import { z } from "zod";
import type { JsonValue } from "../../shared/json.ts";
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
  };
}
