/**
 * Where functions run while they are made to fail: in isolates instead of processes. An isolate dies without notice, at exactly the chosen
 * request, and the next wake gets a new one.
 */
import { pathToFileURL } from "node:url";
import type { Sql } from "postgres";
import type { FunctionInstance, LaunchOptions } from "../../local/function_process.ts";
import type { Effect } from "./effect.ts";
import { type Isolate, startIsolate } from "./host.ts";
import { ORIGINAL, type Release } from "./release.ts";
import type { Verdict } from "./verdict.ts";

export class Edge {
  /** Asked before each effect of each isolate. */
  decide: (effect: Effect) => Verdict | Promise<Verdict> = () => "pass";
  /** The code that new isolates run. */
  release: Release = ORIGINAL;

  #started = 0;
  #failures = 0;
  readonly timesFaster: number;
  readonly #services = new Map<string, string>();
  readonly #starting = new Set<Promise<Isolate>>();
  readonly #alive = new Set<Isolate>();
  readonly #dead = new Set<Isolate>();

  /** Waits and time-outs in the isolates are divided by this number. */
  constructor(timesFaster = 10) {
    this.timesFaster = timesFaster;
  }

  /** Names the service that listens at a base URL. */
  name(service: string, url: string): void {
    this.#services.set(new URL(url).origin, service);
  }

  /** Isolates started so far. */
  get started(): number {
    return this.#started;
  }

  /** Effects that failed so far. */
  get failures(): number {
    return this.#failures;
  }

  /** Starts an isolate, as the host of the functions requests it. */
  async launch({ slug, entry, env, onLine }: LaunchOptions): Promise<FunctionInstance> {
    const { LOCAL_PUBLIC_HOSTS = "{}", ...others } = env;
    const publicHosts: Record<string, string> = JSON.parse(LOCAL_PUBLIC_HOSTS);
    const ended = Promise.withResolvers<void>();
    const starting = startIsolate({
      slug,
      number: ++this.#started,
      entry: pathToFileURL(entry).href,
      env: { ...others, SB_EXECUTION_ID: crypto.randomUUID(), SUPABASE_FUNCTION_SLUG: slug },
      publicHosts,
      release: this.release,
      timesFaster: this.timesFaster,
      services: this.#services,
      decide: async (effect) => {
        const verdict = await this.decide(effect);
        if (verdict !== "pass") this.#failures++;
        return verdict;
      },
      onLog: (line) => onLine(line, "stdout"),
      onEnd: (isolate) => {
        this.#alive.delete(isolate);
        this.#dead.add(isolate);
        ended.resolve();
      },
    });
    this.#starting.add(starting);
    try {
      const isolate = await starting;
      if (!isolate.isDead) this.#alive.add(isolate);
      return {
        handle: (request, target) => handle(isolate, request, target),
        idle: () => isolate.idle(),
        exited: ended.promise,
        stop: async () => {
          await isolate.idle();
          await isolate.kill();
        },
        kill: () => isolate.kill(),
      };
    } finally {
      this.#starting.delete(starting);
    }
  }

  /** Ends all isolates, including those that the host has abandoned. */
  async close(): Promise<void> {
    await Promise.allSettled(this.#starting);
    await Promise.all([...this.#alive].map((isolate) => isolate.kill()));
  }

  /** Resolves when no isolate has anything under way. */
  async idle(): Promise<void> {
    while (true) {
      await Promise.allSettled(this.#starting);
      const isolates = [...this.#alive];
      if (this.#starting.size === 0 && !isolates.some(({ isBusy }) => isBusy)) return;
      await Promise.all(isolates.map((isolate) => isolate.idle()));
    }
  }

  /** Lets the time pass after which everything held by dead isolates is free again. */
  async expireDead(sql: Sql): Promise<void> {
    const dead = [...this.#dead];
    await Promise.all(dead.map((isolate) => isolate.kill()));
    for (const isolate of dead) {
      await isolate.holdings.expire(sql);
      this.#dead.delete(isolate);
    }
  }

  /** The same for idle isolates: whatever they still hold, they have lost track of. */
  async expireIdle(sql: Sql): Promise<void> {
    await this.expireDead(sql);
    for (const isolate of this.#alive) {
      if (!isolate.isBusy) await isolate.holdings.expire(sql);
    }
  }
}

async function handle(isolate: Isolate, request: Request, target: string): Promise<Response> {
  const body = new Uint8Array(await request.arrayBuffer());
  const answer = await isolate.handle({
    method: request.method,
    url: new URL(target, "http://edge.internal").href,
    headers: [...request.headers],
    body: request.method === "GET" || request.method === "HEAD" ? null : body,
  });
  const { status, headers } = answer;
  return new Response(status === 204 ? null : new Uint8Array(answer.body), { status, headers });
}
