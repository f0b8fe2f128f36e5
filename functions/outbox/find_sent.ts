import type { SentMessage } from "./twilio_port.ts";

export interface SearchedMessage {
  body: string;
  /** When the attempt began, by the database's clock. */
  since: Date;
  /** Twilio's ids of messages that are known to be different ones. */
  others: readonly string[];
}

/** How far Twilio's clock and ours may differ; Twilio also gives full seconds only. */
const CLOCK_SKEW_MS = 30_000;

/**
 * The message that an attempt with an unknown outcome did send, among the latest to its number; null if it sent none. The text is
 * compared by its end, because a trial account prefixes it with a sentence.
 */
export function findSent(
  messages: readonly SentMessage[],
  { body, since, others }: SearchedMessage,
): SentMessage | null {
  const earliest = since.getTime() - CLOCK_SKEW_MS;
  return messages.find((message) =>
    message.createdAt.getTime() >= earliest &&
    message.body.trimEnd().endsWith(body.trimEnd()) &&
    !others.includes(message.sid)
  ) ?? null;
}
