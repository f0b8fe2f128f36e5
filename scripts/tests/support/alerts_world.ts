/** A world whose administrator can be notified, and whose clock can be moved: the basis of the alert tests. */
import assert from "node:assert/strict";
import { type ChatDouble, startChatDouble } from "./chat_double.ts";
import { startStack } from "../../local/stack.ts";
import { assertBodiesTaken } from "./bodies_taken.ts";
import { eventually } from "./eventually.ts";
import { World } from "./world.ts";
import { launchHere } from "./launch_here.ts";

export interface AlertRow {
  id: string;
  state: string;
  severity: string;
  message: string;
  count: number;
}

/** The administrator of the double of Resend. */
const ADMINISTRATOR = "operator@platform.example.com";

export class AlertsWorld extends World {
  constructor(stack: ConstructorParameters<typeof World>[0], readonly chat: ChatDouble) {
    super(stack);
  }

  /** Runs pg_cron's minute. */
  async evaluate(): Promise<void> {
    await this.stack.sql`select private.evaluate_alerts()`;
  }

  /** The latest alert of a kind about a subject. */
  async alert(kind: string, subject = ""): Promise<AlertRow | undefined> {
    const [row] = await this.stack.sql<AlertRow[]>`
      select id, state, severity, message, count from alerts
      where kind = ${kind} and subject = ${subject} order by created_at desc, id limit 1`;
    return row;
  }

  /** Evaluates until the alert fires, because functions write their measurements in the background. */
  async firing(kind: string, subject = ""): Promise<AlertRow> {
    await eventually(`${kind} fires`, async () => {
      await this.evaluate();
      return (await this.alert(kind, subject))?.state === "firing";
    });
    const alert = await this.alert(kind, subject);
    assert.ok(alert);
    return alert;
  }

  /** Subjects of the mails about an alert, oldest first, once everything due has been sent. */
  async mails({ id }: AlertRow): Promise<string[]> {
    await this.#outboxIsEmpty();
    return this.stack.integrations.resend.emailsTo(ADMINISTRATOR)
      .filter(({ text }) => text.includes(id)).map(({ subject }) => subject);
  }

  /** First lines of what the chat was sent about an alert. */
  async chatter({ message }: AlertRow): Promise<string[]> {
    await this.#outboxIsEmpty();
    return this.chat.messages.filter((text) => text.includes(message))
      .map((text) => text.split("\n")[0] ?? "");
  }

  async #outboxIsEmpty(): Promise<void> {
    await eventually("the outbox is empty", async () => {
      const due = await this.stack.sql`
        select from jobs where queue = 'outbox'
        and (status = 'running' or (status = 'pending' and run_at <= clock_timestamp()))`;
      // Not through pg_net, which some tests stop.
      if (due.length > 0) await this.#wakeOutbox();
      return due.length === 0;
    }, { everyMs: 100 });
  }

  async #wakeOutbox(): Promise<void> {
    const { functionsUrl, secretKey } = this.stack;
    const response = await fetch(`${functionsUrl}/outbox`, {
      method: "POST",
      headers: { apikey: secretKey },
    });
    await response.body?.cancel();
  }

  /** Lets time pass: everything that happened is that much longer ago. */
  async later(time: string): Promise<void> {
    await this.stack.sql.begin(async (sql) => {
      // Triggers would set updated_at to now.
      await sql`set local session_replication_role = replica`;
      await sql`update jobs set
        run_at = run_at - ${time}::interval, requested_at = requested_at - ${time}::interval,
        started_at = started_at - ${time}::interval, finished_at = finished_at - ${time}::interval,
        created_at = created_at - ${time}::interval`;
      await sql`update tool_calls set created_at = created_at - ${time}::interval`;
      await sql`update private.measurements set at = at - ${time}::interval`;
      await sql`update private.heartbeats set beat_at = beat_at - ${time}::interval`;
      await sql`update alerts set
        created_at = created_at - ${time}::interval, updated_at = updated_at - ${time}::interval,
        notified_at = notified_at - ${time}::interval, clear_since = clear_since - ${time}::interval,
        resolved_at = resolved_at - ${time}::interval`;
    });
  }
}

/** Runs a test in a world of its own, in which pg_cron is stopped. */
export async function withAlerts(test: (world: AlertsWorld) => Promise<void>): Promise<void> {
  const chat = await startChatDouble();
  try {
    const stack = await startStack({
      cron: false,
      launch: launchHere,
      integrations: true,
      functionsEnv: { ALERT_WEBHOOK_URL: chat.webhookUrl },
    });
    try {
      await test(new AlertsWorld(stack, chat));
      assertBodiesTaken(stack.vapi);
    } finally {
      await stack.close();
    }
  } finally {
    await chat.close();
  }
}
