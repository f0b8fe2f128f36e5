/**
 * A stack whose functions know Twilio, Google and Resend as doubles, and clinics that use them: the basis of the outbox tests.
 */
import assert from "node:assert/strict";
import { createDb } from "../../../shared/db.ts";
import { readEnv } from "../../../shared/env/env.ts";
import { createLogger } from "../../../shared/log.ts";
import { outboxDeps } from "../../../functions/outbox/from_env.ts";
import { createOutboxWorker } from "../../../functions/outbox/worker.ts";
import { sleep } from "../../../shared/retry.ts";
import type { Integrations } from "../../local/integrations.ts";
import { type Stack, type StackOptions, startStack } from "../../local/stack.ts";
import { closeSoundly } from "./bodies_taken.ts";
import { eventually } from "./eventually.ts";
import { sharedByOptions } from "./shared_by_options.ts";
import type { TwilioDoubleOptions } from "../../local/twilio/mod.ts";
import { BACKEND_URL, quiet } from "./world.ts";
import { launchHere } from "./launch_here.ts";

export interface OutboxWorldOptions {
  twilio?: TwilioDoubleOptions;
  stack?: StackOptions;
  /** The functions' own variables, which replace the doubles'. */
  env?: Record<string, string>;
}

/** A message as the database has it. */
export interface MessageRow {
  id: string;
  status: string;
  reason: string | null;
  body: string | null;
  recipient: string | null;
  provider_sid: string | null;
}

export interface JobRow {
  id: string;
  status: string;
  attempts: number;
  run_at: Date;
  result: { status?: string; reason?: string } | null;
  last_error: { code: string; message: string } | null;
}

/** Provides stack and doubles for the tests in this file, from before the first until after the last. */
export function outboxWorld(options: OutboxWorldOptions = {}): OutboxWorld {
  return startWorld(options);
}

const startWorld = sharedByOptions((options: OutboxWorldOptions) => {
  const world = new OutboxWorld();
  Deno.test.beforeAll(() => world.start(options));
  Deno.test.afterAll(() => world.close());
  return world;
});

export class OutboxWorld {
  #stack: Stack | undefined;
  #hasVapi = false;
  #clinics = 0;

  async start({ twilio, stack, env }: OutboxWorldOptions): Promise<void> {
    this.#hasVapi = (stack?.vapi ?? false) !== false;
    this.#stack = await startStack({
      cron: false,
      launch: launchHere,
      vapi: false,
      integrations: twilio === undefined ? true : { twilio },
      ...(env === undefined ? {} : { functionsEnv: env }),
      ...stack,
    });
  }

  async close(): Promise<void> {
    if (this.#stack === undefined) return;
    await (this.#hasVapi ? closeSoundly(this.#stack) : this.#stack.close());
  }

  get stack(): Stack {
    if (this.#stack === undefined) throw new Error("The stack is started by beforeAll");
    return this.#stack;
  }

  get twilio(): Integrations["twilio"] {
    return this.stack.integrations.twilio;
  }

  get google(): Integrations["google"] {
    return this.stack.integrations.google;
  }

  get resend(): Integrations["resend"] {
    return this.stack.integrations.resend;
  }

  /** A clinic without quiet hours, so that the time of day at which a test runs does not matter. */
  async clinic({ alertEmail = null, timezone = "America/New_York" }: {
    alertEmail?: string | null;
    timezone?: string;
  } = {}): Promise<OutboxClinic> {
    const name = `Clinic ${++this.#clinics}`;
    const [org] = await this.stack.sql<{ id: string }[]>`
      insert into organizations (name, timezone, country, phone, alert_email)
      values (${name}, ${timezone}, 'US', '+15550100100', ${alertEmail}) returning id`;
    assert.ok(org);
    await this.stack
      .sql`update sms_policies set quiet_from = '00:00', quiet_until = '00:00' where org_id = ${org.id}`;
    return new OutboxClinic(this, org.id, name);
  }

  /** Wakes the outbox and waits until nothing more is due. */
  async drain(): Promise<void> {
    const { stack } = this;
    await eventually("the outbox is empty", async () => {
      const due = await stack.sql`
        select from jobs where queue = 'outbox'
        and (status = 'running' or (status = 'pending' and run_at <= clock_timestamp()))`;
      if (due.length > 0) await this.wake();
      return due.length === 0;
    });
    await this.twilio.settled();
  }

  /** Lets the function's worker end, and no other begin, until pg_net resumes. */
  quiet(): Promise<void> {
    return quiet(this.stack, "outbox");
  }

  /** Asks the outbox to start, as pg_net does. */
  async wake(): Promise<void> {
    const response = await fetch(`${this.stack.functionsUrl}/outbox`, {
      method: "POST",
      headers: { apikey: this.stack.secretKey },
    });
    assert.equal(response.status, 202, await response.text());
  }

  /** Drains the outbox with a separate worker, beside that of the function. */
  async work(): Promise<void> {
    const { stack } = this;
    const env = readEnv({
      need: ["supabase"],
      source: {
        ...stack.integrations.env,
        SUPABASE_URL: stack.apiUrl,
        SUPABASE_SECRET_KEYS: JSON.stringify({ default: stack.secretKey }),
        BACKEND_URL,
      },
    });
    const db = createDb({ url: env.supabaseUrl, key: env.secretKey });
    const log = createLogger("outbox", {}, { write: () => {} });
    const ports = { db, log, sleep, now: Date.now };
    await createOutboxWorker(ports, outboxDeps(env)).request();
  }

  /** Makes every waiting job due, as if the time had passed. */
  async skipWaiting(): Promise<void> {
    await this.stack
      .sql`update jobs set run_at = now() where queue = 'outbox' and status = 'pending'`;
  }

  /** Lets every lease run out, as if its worker had died long ago. */
  async expireLeases(): Promise<void> {
    await this.stack.sql`
      update jobs set lease_until = now() - interval '1 second' where queue = 'outbox' and status = 'running'`;
  }
}

let phones = 0;

/** An invented number that no other test uses. */
export function newPhone(): string {
  return `+1555020${String(++phones).padStart(4, "0")}`;
}

interface SmsRequest {
  to: string;
  kind?: string;
  body?: string;
  dedupe?: string;
  call?: Record<string, string>;
  expiresAt?: Date;
  appointmentId?: string;
}

export class OutboxClinic {
  constructor(readonly world: OutboxWorld, readonly id: string, readonly name: string) {}

  /** Adds somebody whom the clinic knows. Returns the phone number. */
  async patient(phone = newPhone()): Promise<string> {
    await this.world.stack
      .sql`insert into contacts (org_id, phone, name) values (${this.id}, ${phone}, 'Test Patient')`;
    return phone;
  }

  /** Calls private.queue_sms. */
  async queue(
    { to, kind = "confirmation", body = "See you on Tuesday.", dedupe, call, ...more }: SmsRequest,
  ): Promise<{ status: string; code?: string; messageId?: string; sendAt?: string }> {
    const { sql } = this.world.stack;
    const [row] = await sql<{ answer: { status: string } }[]>`
      select private.queue_sms(
        ${this.id}, null, ${to}, ${kind}, ${body}, ${dedupe ?? crypto.randomUUID()},
        p_call => ${sql.json(call ?? {})},
        p_appointment => ${more.appointmentId ?? null},
        p_expires_at => ${more.expiresAt ?? null}) as answer`;
    assert.ok(row);
    return row.answer;
  }

  async message(id: string | undefined): Promise<MessageRow> {
    const [row] = await this.world.stack.sql<MessageRow[]>`
      select id, status, reason, body, recipient, provider_sid from sms_messages where id = ${
      id ?? null
    }`;
    assert.ok(row, "the message exists");
    return row;
  }

  async job(key: string): Promise<JobRow> {
    const [row] = await this.world.stack.sql<JobRow[]>`
      select id, status, attempts, run_at, result, last_error from jobs
      where queue = 'outbox' and key = ${key} order by created_at desc limit 1`;
    assert.ok(row, `job ${key} exists`);
    return row;
  }
}
