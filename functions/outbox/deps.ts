import type { Db } from "../../shared/db.ts";
import type { GoogleCalendar } from "../../shared/google/client.ts";
import type { Accounts } from "./accounts.ts";
import type { Resend } from "./resend_port.ts";
import type { Twilio } from "./twilio_port.ts";

/** What the outbox works with. A service that is not configured is null, which is normal. */
export interface OutboxDeps {
  db: Db;
  twilio: Twilio | null;
  google: GoogleCalendar | null;
  resend: Resend | null;
  accounts: Accounts;
  /** The addresses of the platform's administrators; may be empty. */
  alertRecipients: string[];
  /** An incoming webhook of a chat. */
  alertWebhookUrl: string | null;
  /** Public base URL of the functions. */
  backendUrl: string;
}
