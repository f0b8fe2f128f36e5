import { z } from "zod";
import { jsonOrNull } from "../../../shared/json.ts";
import { type HttpDouble, startHttpDouble } from "../../local/double/http_double.ts";

const messageSchema = z.object({ text: z.string().min(1) });

/** A double of a chat's incoming webhook, like Slack's. */
export interface ChatDouble extends Pick<HttpDouble, "requests" | "faults" | "close"> {
  /** For ALERT_WEBHOOK_URL. */
  readonly webhookUrl: string;
  /** Texts that were posted, oldest first. */
  readonly messages: readonly string[];
}

/** Starts it. It accepts `{text}` as JSON and refuses everything else with 400. Nothing in it was checked against the live service. */
export async function startChatDouble(): Promise<ChatDouble> {
  const messages: string[] = [];
  const path = `/services/${crypto.randomUUID()}`;
  const { url, ...server } = await startHttpDouble({
    answer(request) {
      if (request.method !== "POST" || request.path !== path) return { status: 404 };
      const message = messageSchema.safeParse(jsonOrNull(request.text));
      if (!message.success) return { status: 400, body: "invalid_payload" };
      messages.push(message.data.text);
      return { status: 200, body: "ok" };
    },
    errorBody: (status) => String(status),
  });
  return { ...server, webhookUrl: url + path, messages };
}
