/** A message as Twilio's API answers it. */
export interface MessageRecord {
  sid: string;
  account_sid: string;
  api_version: "2010-04-01";
  to: string;
  from: string | null;
  messaging_service_sid: string | null;
  body: string;
  status: string;
  direction: "inbound" | "outbound-api" | "outbound-reply";
  /** RFC 2822. */
  date_created: string;
  date_updated: string;
  /** Null while it waits in the queue. */
  date_sent: string | null;
  error_code: number | null;
  error_message: string | null;
  num_segments: string;
  num_media: string;
  uri: string;
}

/** "Sat, 21 Nov 2026 20:52:00 +0000" */
export function rfc2822(date: Date): string {
  return date.toUTCString().replace("GMT", "+0000");
}

/** "SM" and 32 hex digits. */
export function newSid(prefix: string): string {
  return prefix + crypto.randomUUID().replaceAll("-", "");
}
