/**
 * The whole product on the embedded stack, with its functions in isolates that can be ended at any request, and with time that can be made
 * to pass: the basis of crash points and chaos.
 */
import type { JsonObject } from "../../shared/json.ts";
import { type PgNet, startPgNet } from "../local/pg_net/worker.ts";
import { type Stack, type StackOptions, startStack } from "../local/stack.ts";
import { createSemaphore } from "../../shared/limiter.ts";
import { Impossible, patiently } from "./patiently.ts";
import { type Org, type SaveAnswer, World } from "../tests/support/world.ts";
import { Edge } from "./edge/edge.ts";
import { ORIGINAL, type Release } from "./edge/release.ts";
import { Ledger } from "./ledger.ts";
import { aDayPasses, runCronJobs, timePasses } from "./time_passes.ts";

/** A clinic whose owner is signed in. */
export interface Clinic extends Org {
  name: string;
}

/** More than any run needs: each round ends all waits and tries every job once more. */
const MAX_ROUNDS = 200;

export class Platform {
  #users = 0;
  readonly world: World;
  readonly #sqlTurn = createSemaphore(1);
  ledger: Ledger = new Ledger();

  #net: PgNet;

  private constructor(readonly stack: Stack, readonly edge: Edge) {
    this.world = new World(stack);
    this.#net = stack.net;
  }

  get net(): PgNet {
    return this.#net;
  }

  /** Starts pg_net's worker again, after it was closed; `serverUrl` is the superuser's. */
  async restartNet(serverUrl: string): Promise<void> {
    const url = new URL(serverUrl);
    url.pathname = new URL(this.stack.dbUrl).pathname;
    this.#net = await startPgNet({ url: url.href, onError: () => {} });
  }

  /** Starts it, with doubles of every service. pg_cron is stopped: `quiet` runs its jobs. */
  static async start(
    { timesFaster, ...options }: StackOptions & { timesFaster?: number } = {},
  ): Promise<Platform> {
    const edge = new Edge(timesFaster);
    const stack = await startStack({
      cron: false,
      integrations: true,
      ...options,
      launch: (wanted) => edge.launch(wanted),
    });
    const { twilio, google, resend } = stack.integrations;
    edge.name("db", stack.apiUrl);
    edge.name("vapi", stack.vapi.url);
    edge.name("twilio", twilio.url);
    edge.name("google", google.url);
    edge.name("resend", resend.url);
    return new Platform(stack, edge);
  }

  /** A new release: new isolates run it, running ones finish what they are doing. */
  deploy(release: Partial<Release>): void {
    this.edge.release = { ...ORIGINAL, ...release };
    this.stack.functions.restart().catch(() => {});
  }

  async close(): Promise<void> {
    await this.#net.close();
    await this.edge.close();
    await this.stack.close();
  }

  /** Runs statements, one caller at a time, again and again until the database answers. */
  async withSql<T>(run: (sql: Stack["sql"]) => Promise<T>): Promise<T> {
    return await this.alone(() => patiently("reaching the database", () => run(this.stack.sql)));
  }

  /** Meanwhile nobody else runs statements through `withSql`. */
  async alone<T>(run: () => Promise<T>): Promise<T> {
    await this.#sqlTurn.take();
    try {
      return await run();
    } finally {
      this.#sqlTurn.give();
    }
  }

  /** A clinic without quiet hours and with room for every message, so that the time of day changes nothing. */
  async clinic(name: string): Promise<Clinic> {
    const { sql, signJwt, apiUrl } = this.stack;
    const [user] = await sql<{ id: string }[]>`
      insert into auth.users (id, email) values (gen_random_uuid(), ${`owner${++this
      .#users}@example.com`})
      returning id`;
    const [org] = await sql<{ id: string }[]>`
      insert into organizations (name, timezone, country) values (${name}, 'America/New_York', 'US') returning id`;
    if (user === undefined || org === undefined) throw new Error(`Cannot make clinic ${name}`);
    await sql`insert into members (org_id, user_id, role) values (${org.id}, ${user.id}, 'owner')`;
    await sql`
      update sms_policies set quiet_from = '00:00', quiet_until = '00:00', max_per_day = 50, max_codes_per_hour = 50
      where org_id = ${org.id}`;
    const now = Math.floor(Date.now() / 1000);
    const accessToken = await signJwt({
      iss: `${apiUrl}/auth/v1`,
      aud: "authenticated",
      role: "authenticated",
      sub: user.id,
      iat: now,
      exp: now + 36_000,
    });
    return { id: org.id, name, userId: user.id, accessToken };
  }

  /** Like `trySave`, when nothing prevents the save. */
  async save(clinic: Clinic, agent: JsonObject & { name: string }): Promise<string> {
    const id = await this.trySave(clinic, agent);
    if (id === null) throw new Error(`Cannot save ${agent.name}: ${clinic.name} has its quota`);
    return id;
  }

  /**
   * Saves an agent as a console does whose user presses the button again until there is an answer. Returns the agent's id, null if the
   * clinic has or saves too many. A name that is then taken means that an earlier attempt, whose answer was lost, has saved it.
   */
  async trySave(clinic: Clinic, agent: JsonObject & { name: string }): Promise<string | null> {
    let attempts = 0;
    return await patiently(`saving ${agent.name}`, async () => {
      const answer = await this.#attemptSave(clinic, agent);
      attempts++;
      if (answer?.status === 200) return answer.body.agentId;
      if (answer?.body.error?.code === "name_taken" && attempts > 1) {
        return await this.agentNamed(clinic, agent.name);
      }
      if (answer?.status === 429 || answer?.body.error?.code === "quota_reached") return null;
      const told = answer === null ? "there was no answer" : JSON.stringify(answer.body);
      const message = `Cannot save ${agent.name}: ${told}`;
      throw answer !== null && answer.status < 500 ? new Impossible(message) : new Error(message);
    });
  }

  async #attemptSave(clinic: Clinic, agent: JsonObject): Promise<SaveAnswer | null> {
    try {
      return await this.world.save(clinic, { orgId: clinic.id, ...agent });
    } catch {
      return null;
    }
  }

  async agentNamed(clinic: Clinic, name: string): Promise<string> {
    const [agent] = await this.withSql((sql) =>
      sql<{ id: string }[]>`select id from agents where org_id = ${clinic.id} and name = ${name}`
    );
    if (agent === undefined) throw new Error(`Agent ${name} was not saved`);
    return agent.id;
  }

  /**
   * Lets the system come to rest by its own means: waits run out, what dead workers held is free again, pg_cron's jobs run, until nothing
   * is left to do and nothing failed in the meantime. Throws, naming what is left, if it never rests.
   */
  async quiet(): Promise<void> {
    await this.edge.expireDead(this.stack.sql);
    await this.idle();
    for (let round = 0; round < MAX_ROUNDS; round++) {
      const before = await this.#open();
      const { failures } = this.edge;
      await this.round();
      const after = await this.#open();
      if (before === "" && after === "" && this.edge.failures === failures) return;
      // What nobody takes up again is cleaned up, but later: anybody who may still want it comes first.
      if (after !== "" && before === after) await this.#tidy();
    }
    throw new Error(`Not at rest after ${MAX_ROUNDS} rounds: ${await this.#open()}`);
  }

  /** Time passes, then the jobs that pg_cron runs every few minutes, and their consequences are carried out. */
  async round(): Promise<void> {
    await this.minutesPass();
    await this.idle();
  }

  /** Whatever dead workers hold and every wait run out, and pg_cron's frequent jobs run. */
  async minutesPass(): Promise<void> {
    await this.withSql(async (sql) => {
      await this.edge.expireIdle(sql);
      await timePasses(sql);
      await runCronJobs(sql, [
        "sweep",
        "catalogue-check",
        "close-backfills",
        "relink-agents",
        "go-on-with-backfills",
      ]);
    });
  }

  /** A day passes. */
  async #tidy(): Promise<void> {
    const { sql } = this.stack;
    await aDayPasses(sql);
    await runCronJobs(sql, ["abandon-old-registrations", "delete-unused-tools"]);
    await this.idle();
  }

  /** Resolves when no request of pg_net's, no isolate and no callback is under way. */
  async idle(): Promise<void> {
    const { net, stack: { integrations, sql } } = this;
    let isIdle = false;
    while (!isIdle) {
      await net.idle();
      await this.edge.idle();
      await integrations.twilio.settled();
      const [queued] = await sql`select from net.http_request_queue limit 1`;
      isIdle = queued === undefined;
    }
  }

  /** What is left to do; empty if nothing. */
  async #open(): Promise<string> {
    const rows = await this.stack.sql<{ what: string }[]>`
      select format('%s %s %s attempts=%s %s', queue, key, status, attempts, last_error) as what
      from jobs where status in ('pending', 'running')
      union all
      select state || ' ' || name from vapi_tools where state in ('creating', 'retired')
      union all
      select 'migration ' || id from backfill_runs where finished_at is null`;
    return rows.map(({ what }) => what).join("; ");
  }
}
