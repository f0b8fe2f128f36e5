/**
 * A stack with organizations, people and agents: the basis of the tests of the whole product. The functions are real; only Vapi and the
 * other outside services are doubles.
 */
import { createSyncWorker } from "../../../functions/tool-sync/worker.ts";
import { createDb } from "../../../shared/db.ts";
import { readEnv } from "../../../shared/env/env.ts";
import type { JsonObject } from "../../../shared/json.ts";
import { createLogger } from "../../../shared/log.ts";
import {
  type CatalogueTool,
  prepareCatalogue,
  type SyncDeps,
} from "../../../shared/assistants/catalogue.ts";
import { syncDeps } from "../../../shared/assistants/from_env.ts";
import type { ToolDefinition } from "../../../shared/tools/define.ts";
import { type Stack, type StackOptions, startStack } from "../../local/stack.ts";
import { assertBodiesTaken } from "./bodies_taken.ts";
import { eventually } from "./eventually.ts";
import { statementsDone } from "./first_day.ts";
import { launchHere } from "./launch_here.ts";
import { Person } from "./person.ts";

export interface Org {
  id: string;
  userId: string;
  accessToken: string;
}

export interface SaveAnswer {
  status: number;
  headers: Headers;
  body: {
    success: boolean;
    agentId: string;
    assistantId: string | null;
    toolSyncTriggered: boolean;
    syncId: string;
    version: number;
    syncState: string;
    rejectedSettings: { path: string; reason: string }[];
    message: string;
    error?: { code: string; message: string; details?: unknown };
  };
}

/** The address of each deployment, unless a test says otherwise. */
export const BACKEND_URL = "https://backend.example.test/functions/v1";

export class World {
  constructor(readonly stack: Stack) {}

  /** A clinic with an owner who is signed in. */
  async org(
    { name = "Clinic", timezone = "America/New_York", country = "US" } = {},
  ): Promise<Org> {
    const { sql } = this.stack;
    const { userId, accessToken } = await Person.signUp(this.stack);
    const [org] = await sql<{ id: string }[]>`
      insert into organizations (name, timezone, country) values (${name}, ${timezone}, ${country}) returning id`;
    if (org === undefined) throw new Error("The organization was not inserted");
    await sql`insert into members (org_id, user_id, role) values (${org.id}, ${userId}, 'owner')`;
    return { id: org.id, userId, accessToken };
  }

  /** Saves an agent as the console does. */
  save(
    org: Pick<Org, "accessToken">,
    agent: JsonObject = {},
    headers: Record<string, string> = {},
  ): Promise<SaveAnswer> {
    const whole = {
      role: "inbound",
      name: "Front desk",
      systemPrompt: "You answer the phone of a clinic.",
      ...agent,
    };
    return this.change(org, whole, headers);
  }

  /** Saves exactly what is given here. */
  async change(
    org: Pick<Org, "accessToken">,
    agent: JsonObject,
    headers: Record<string, string> = {},
  ): Promise<SaveAnswer> {
    const response = await fetch(`${this.stack.functionsUrl}/agent-save`, {
      method: "POST",
      headers: {
        "content-type": "application/json",
        authorization: `Bearer ${org.accessToken}`,
        apikey: this.stack.publishableKey,
        ...headers,
      },
      body: JSON.stringify(agent),
    });
    return { status: response.status, headers: response.headers, body: await response.json() };
  }

  /** Saves an agent and waits until it is synced. */
  async saveAndSync(org: Org, agent: JsonObject = {}): Promise<SaveAnswer["body"]> {
    const { body } = await this.save(org, agent, { prefer: "wait=30" });
    if (body.syncState !== "synced") throw new Error(`Not synced: ${JSON.stringify(body)}`);
    return body;
  }

  /** Resolves when no sync job is pending or running. */
  async settled(): Promise<void> {
    const open = () =>
      this.stack.sql`
        select key, status, attempts, last_error from jobs
        where queue = 'tool-sync' and status in ('pending', 'running') limit 10`;
    try {
      await eventually("every sync job has ended", async () => (await open()).length === 0);
    } catch (error) {
      throw new Error(`Still open: ${JSON.stringify(await open())}`, { cause: error });
    }
  }

  /** Ids of the current tools by name. */
  async currentTools(): Promise<Map<string, string>> {
    const rows = await this.stack.sql<{ name: string; vapi_tool_id: string }[]>`
      select name, vapi_tool_id from vapi_tools where state = 'current' order by name`;
    return new Map(rows.map((row) => [row.name, row.vapi_tool_id]));
  }

  /** `model.toolIds` of an assistant at the double. */
  toolIds(assistantId: string): string[] {
    const assistant = this.stack.vapi.state.assistants.get(assistantId);
    if (assistant === undefined) throw new Error(`No assistant ${assistantId}`);
    return [...(assistant.model?.toolIds ?? [])];
  }

  /** The environment of a function, for running parts of it in this process. */
  environment(overrides: Record<string, string> = {}): Record<string, string> {
    const { stack } = this;
    return {
      SUPABASE_URL: stack.apiUrl,
      SUPABASE_SECRET_KEYS: JSON.stringify({ default: stack.secretKey }),
      BACKEND_URL,
      VAPI_BASE_URL: stack.vapi.url,
      VAPI_PRIVATE_KEY: stack.vapi.key,
      VAPI_WEBHOOK_SECRET: stack.webhookSecret,
      ...overrides,
    };
  }

  /** Tools as a deployment of this backend registers them. */
  prepare(tools: readonly ToolDefinition[]): Promise<CatalogueTool[]> {
    const { webhookSecret } = this.stack;
    return prepareCatalogue(tools, { backendUrl: BACKEND_URL, webhookSecret });
  }

  /** A worker like tool-sync's, in this process: for several at a time, and for another catalogue. */
  async worker(
    overrides: Partial<SyncDeps> = {},
    env: Record<string, string> = {},
  ): Promise<SyncDeps> {
    const source = this.environment(env);
    const db = createDb({ url: this.stack.apiUrl, key: this.stack.secretKey });
    const log = createLogger("tool-sync", {}, { write: () => {} });
    const deps = await syncDeps(readEnv({ source }), { db, log, startedAt: Date.now() });
    return { ...deps, ...overrides };
  }
}

/** A new worker does what is due, and calls a successor for what it leaves. */
export async function drainAndHandOver(deps: SyncDeps): Promise<void> {
  await createSyncWorker(deps).request();
}

/** Attempts and the sweep follow each other sooner than in production. */
export async function startQuickStack(options: StackOptions = {}): Promise<Stack> {
  const stack = await startStack({
    timesFaster: 5,
    // Uploads run on the Deno that they are meant for.
    ...(options.uploadsRunOn === undefined ? { launch: launchHere } : {}),
    ...options,
  });
  await stack.sql`update cron.job set schedule = '1 second' where jobname = 'sweep'`;
  return stack;
}

/** Runs a test in a world of its own. */
export async function withWorld(
  test: (world: World) => Promise<void>,
  options: StackOptions = {},
): Promise<void> {
  const stack = await startQuickStack(options);
  try {
    await test(new World(stack));
    if (options.vapi !== false) assertBodiesTaken(stack.vapi);
  } finally {
    await stack.close();
  }
}

/** Lets the worker of a queue end, and no other begin until pg_net resumes. */
export async function quiet(
  { net, functions }: Stack,
  queue: "tool-sync" | "outbox" = "tool-sync",
): Promise<void> {
  net.pause();
  // Pending requests arrive first: later they would start the function again.
  await net.idle();
  await functions.restart(queue);
}

/**
 * Kills the worker of a queue as a crash would, and lets its leases run out: also those that it had just asked for, and that the database
 * gives it after its death.
 */
export async function crash(
  { sql, functions }: Stack,
  queue: "tool-sync" | "outbox",
): Promise<void> {
  await functions.kill(queue);
  await statementsDone(sql);
  await sql`
    update jobs set lease_until = now() - interval '1 second' where queue = ${queue} and status = 'running'`;
}
