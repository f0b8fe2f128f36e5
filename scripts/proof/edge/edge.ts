/**
 * Hosts Edge Functions in isolates, several per function where wanted, in place of the stack's processes: what dies here dies
 * without notice, at the very request that was chosen, and the next wake finds a new one.
 */
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Sql } from "postgres";
import type { Functions, FunctionsOptions, LogLine } from "../../local/functions.ts";
import { platformError } from "../../local/platform_error.ts";
import type { Effect } from "./effect.ts";
import { type Isolate, startIsolate } from "./host.ts";
import type { PortableRequest } from "./messages.ts";
import { ORIGINAL, type Release } from "./release.ts";
import type { Verdict } from "./verdict.ts";

export interface EdgeOptions {
  /** Isolates that a function may have at one time; default 1. */
  instances?: Readonly<Record<string, number>>;
  /** Waits and time-outs in the isolates last a so-many-th of what the code says; default 10. */
  timesFaster?: number;
}

const MAX_LOG_LINES = 5_000;

export class Edge implements Functions {
  /** Asked before each effect of each isolate. */
  decide: (effect: Effect) => Verdict | Promise<Verdict> = () => "pass";

  #release = ORIGINAL;
  #started = 0;
  #failures = 0;
  #turn = 0;
  #env: Record<string, string>;
  readonly #directory: string;
  readonly #options: EdgeOptions;
  readonly #services = new Map<string, string>();
  readonly #isolates = new Map<string, Promise<Isolate>[]>();
  /** Of an earlier release: no new requests, but what they began goes on. */
  readonly #outdated = new Set<Promise<Isolate>>();
  readonly #dead = new Set<Isolate>();
  readonly #lines: LogLine[] = [];

  constructor(hosting: FunctionsOptions, options: EdgeOptions = {}) {
    this.#directory = hosting.directory;
    this.#env = { ...hosting.env };
    this.#options = options;
  }

  /** Names the service that listens at a base URL. */
  name(service: string, url: string): void {
    this.#services.set(new URL(url).origin, service);
  }

  /** Isolates begun so far. */
  get started(): number {
    return this.#started;
  }

  /** Effects that failed so far. */
  get failures(): number {
    return this.#failures;
  }

  /** What new isolates run. */
  get release(): Release {
    return this.#release;
  }

  /** A new release: new isolates run it, old ones finish what they are doing. */
  deploy(release: Partial<Release>): void {
    this.#release = { ...ORIGINAL, ...release };
    for (const list of this.#isolates.values()) {
      for (const isolate of list) this.#outdated.add(isolate);
    }
    this.#isolates.clear();
    this.#endOutdated();
  }

  async handle(slug: string, request: Request, target: string): Promise<Response> {
    const body = new Uint8Array(await request.arrayBuffer());
    const portable: PortableRequest = {
      method: request.method,
      url: new URL(target, "http://edge.internal").href,
      headers: [...request.headers],
      body: request.method === "GET" || request.method === "HEAD" ? null : body,
    };
    try {
      const isolate = await this.#choose(slug);
      const { status, headers, body } = await isolate.handle(portable);
      return new Response(status === 204 ? null : new Uint8Array(body), { status, headers });
    } catch (error) {
      this.#log(slug, String(error), "stderr");
      return platformError(500, "WORKER_ERROR", "Function exited due to an error");
    }
  }

  /** Resolves when no isolate has anything under way. */
  async idle(): Promise<void> {
    while (true) {
      const isolates = await this.#all();
      if (!isolates.some(({ isBusy }) => isBusy)) return;
      await Promise.all(isolates.map((isolate) => isolate.idle()));
    }
  }

  /** Lets the time pass after which what dead isolates held is free again. */
  async expireDead(sql: Sql): Promise<void> {
    const dead = [...this.#dead];
    await Promise.all(dead.map((isolate) => isolate.kill()));
    for (const isolate of dead) {
      await isolate.holdings.expire(sql);
      this.#dead.delete(isolate);
    }
  }

  /** The same for isolates that do nothing: what they still hold, they have lost sight of. */
  async expireIdle(sql: Sql): Promise<void> {
    await this.expireDead(sql);
    for (const isolate of await this.#all()) {
      if (!isolate.isBusy) await isolate.holdings.expire(sql);
    }
  }

  async exists(slug: string): Promise<boolean> {
    try {
      return (await Deno.stat(this.#entry(slug))).isFile;
    } catch {
      return false;
    }
  }

  async prewarm(slugs: readonly string[] = []): Promise<void> {
    await Promise.all(slugs.map((slug) => this.#choose(slug)));
  }

  async restart(slug?: string): Promise<void> {
    const isolates = await this.#all(slug);
    await Promise.all(isolates.map((isolate) => isolate.idle()));
    await Promise.all(isolates.map((isolate) => isolate.kill()));
  }

  async kill(slug: string): Promise<void> {
    const isolates = await this.#all(slug);
    await Promise.all(isolates.map((isolate) => isolate.kill()));
  }

  async setEnv(env: Readonly<Record<string, string | undefined>>): Promise<void> {
    const merged = Object.entries({ ...this.#env, ...env });
    this.#env = Object.fromEntries(
      merged.filter((pair): pair is [string, string] => pair[1] !== undefined),
    );
    await this.restart();
  }

  running(): string[] {
    return [...this.#isolates.keys()];
  }

  logs(): LogLine[] {
    return [...this.#lines];
  }

  async close(): Promise<void> {
    const isolates = await this.#all();
    await Promise.all(isolates.map((isolate) => isolate.kill()));
  }

  /** In turn; as long as there may be more, a new one. */
  #choose(slug: string): Promise<Isolate> {
    const list = this.#isolates.get(slug) ?? [];
    this.#isolates.set(slug, list);
    const limit = this.#options.instances?.[slug] ?? 1;
    const chosen = list.length < limit ? undefined : list[this.#turn++ % list.length];
    if (chosen !== undefined) return chosen;
    const started = this.#start(slug);
    list.push(started);
    started.catch(() => this.#forget(slug, started));
    return started;
  }

  async #start(slug: string): Promise<Isolate> {
    const number = ++this.#started;
    const { LOCAL_PUBLIC_HOSTS = "{}", ...env } = this.#env;
    const publicHosts: Record<string, string> = JSON.parse(LOCAL_PUBLIC_HOSTS);
    const isolate = await startIsolate({
      slug,
      number,
      entry: pathToFileURL(this.#entry(slug)).href,
      env: { ...env, SB_EXECUTION_ID: crypto.randomUUID(), SUPABASE_FUNCTION_SLUG: slug },
      publicHosts,
      release: this.#release,
      timesFaster: this.#options.timesFaster ?? 10,
      services: this.#services,
      decide: async (effect) => {
        const verdict = await this.decide(effect);
        if (verdict !== "pass") this.#failures++;
        return verdict;
      },
      onLog: (line) => this.#log(slug, line, "stdout"),
      onEnd: (ended) => this.#bury(slug, ended),
    });
    return isolate;
  }

  #bury(slug: string, isolate: Isolate): void {
    this.#dead.add(isolate);
    for (const started of this.#isolates.get(slug) ?? []) {
      started.then((each) => each === isolate && this.#forget(slug, started), () => {});
    }
  }

  #forget(slug: string, started: Promise<Isolate>): void {
    const list = this.#isolates.get(slug);
    if (list?.includes(started)) list.splice(list.indexOf(started), 1);
    this.#outdated.delete(started);
  }

  /** An isolate without work costs a thread. */
  #endOutdated(): void {
    for (const started of this.#outdated) {
      started.then(async (isolate) => {
        await isolate.idle();
        await isolate.kill();
      }).catch(() => {}).finally(() => this.#outdated.delete(started));
    }
  }

  async #all(slug?: string): Promise<Isolate[]> {
    const lists = slug === undefined
      ? [...this.#isolates.values(), [...this.#outdated]]
      : [this.#isolates.get(slug) ?? []];
    const settled = await Promise.allSettled(lists.flat());
    return settled.flatMap((each) =>
      each.status === "fulfilled" && !each.value.isDead ? [each.value] : []
    );
  }

  #entry(slug: string): string {
    return join(this.#directory, slug, "index.ts");
  }

  #log(slug: string, line: string, stream: LogLine["stream"]): void {
    this.#lines.push({ slug, stream, line, fields: null });
    if (this.#lines.length > MAX_LOG_LINES) this.#lines.shift();
  }
}
