/**
 * Runs functions in the tests' own process, which costs next to nothing, whereas a process each costs half a second of processor time. The
 * code and its requests are real: only what the runtime gives to a function is replaced, and each instance has its own environment, log,
 * background work, timers and outgoing requests.
 *
 * An instance that ends is cut off like a dead process: its requests break off, and nothing that it began continues, since whatever it
 * awaits next never happens. All instances share the loaded modules, except for each one's `index.ts`; the functions keep nothing in
 * variables of other modules but what they can compute again.
 */
import { AsyncLocalStorage } from "node:async_hooks";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { z } from "zod";
import "../../../shared/http/serve.ts";
import { loopbackUrl } from "../../local/double/public_hosts.ts";
import type { FunctionInstance, LaunchOptions } from "../../local/function_process.ts";
import { bodyOf } from "../../local/forward.ts";
import { repository } from "../../local/migrations.ts";
import { quickened } from "../../local/quickened.ts";

const moduleSchema = z.object({
  default: z.object({ fetch: z.custom<(request: Request) => Promise<Response>>() }),
});
const hostsSchema = z.record(z.string(), z.string());

/** How long an instance that is ended gently has, like a process. */
const STOP_MS = 5_000;

const real = { fetch: globalThis.fetch, setTimeout: globalThis.setTimeout };

/** The instance whose code is running. */
const inside = new AsyncLocalStorage<Instance>();
/** The instance being loaded: a module is evaluated outside the context of its importer. One at a time. */
let booting: Instance | undefined;
let boots: Promise<unknown> = Promise.resolve();
let count = 0;

class Instance {
  readonly env: Readonly<Record<string, string>>;
  readonly background = new Set<Promise<unknown>>();
  readonly ended = Promise.withResolvers<void>();
  readonly #end = new AbortController();
  readonly #publicHosts: Map<string, string>;
  readonly #timesFaster: number;
  readonly #onLine: LaunchOptions["onLine"];

  constructor(readonly slug: string, { env, onLine }: Pick<LaunchOptions, "env" | "onLine">) {
    this.env = {
      ...env,
      SB_EXECUTION_ID: crypto.randomUUID(),
      SUPABASE_FUNCTION_SLUG: slug,
    };
    const hosts = hostsSchema.parse(JSON.parse(env.LOCAL_PUBLIC_HOSTS ?? "{}"));
    this.#publicHosts = new Map(Object.entries(hosts));
    this.#timesFaster = Number(env.LOCAL_TIMES_FASTER ?? 1);
    this.#onLine = onLine;
  }

  get hasEnded(): boolean {
    return this.#end.signal.aborted;
  }

  print(text: string, stream: "stdout" | "stderr"): void {
    if (!this.hasEnded) { for (const line of text.split("\n")) this.#onLine(line, stream); }
  }

  async fetch(input: RequestInfo | URL, init: RequestInit = {}): Promise<Response> {
    const target = typeof input === "string" && this.#publicHosts.has(new URL(input).host)
      ? loopbackUrl(this.#publicHosts, input) ?? input
      : input;
    const signals = [this.#end.signal, ...init.signal ? [init.signal] : []];
    return await this.#unlessEnded(
      real.fetch(target, { ...init, signal: AbortSignal.any(signals) }),
    );
  }

  setTimeout(callback: (...args: unknown[]) => void, ms: number, ...args: unknown[]): unknown {
    const unlessEnded = () => this.hasEnded || callback(...args);
    return real.setTimeout(unlessEnded, quickened(ms, this.#timesFaster));
  }

  waitUntil(promise: Promise<unknown>): void {
    const watched = Promise.resolve(promise).catch((error) => this.#report(error))
      .finally(() => this.background.delete(watched));
    this.background.add(watched);
  }

  async idle(): Promise<void> {
    while (this.background.size > 0) {
      await Promise.race([Promise.allSettled(this.background), this.ended.promise]);
      if (this.hasEnded) throw new Error(`Function ${this.slug} has ended`);
    }
  }

  end(): void {
    alive.delete(this);
    this.#end.abort();
    this.ended.resolve();
  }

  /** An ended instance never learns the result of what it awaited. */
  async #unlessEnded<T>(promise: Promise<T>): Promise<T> {
    const outcome = await promise.then(() => true, () => true);
    return outcome && this.hasEnded ? await new Promise<never>(() => {}) : await promise;
  }

  #report(error: unknown): void {
    const message = error instanceof Error ? error.stack ?? error.message : String(error);
    const fields = { level: "error", event: "wait_until_failed", fn: this.slug, message };
    this.print(JSON.stringify(fields), "stderr");
  }
}

/** See FunctionsOptions.launch. */
export async function launchHere(
  { slug, entry, ...options }: LaunchOptions,
): Promise<FunctionInstance> {
  const instance = new Instance(slug, options);
  const served = await boot(instance, entry);
  alive.add(instance);
  const dead = instance.ended.promise.then((): never => {
    throw new Error(`Function ${slug} has ended`);
  });
  dead.catch(() => {});
  const end = () => Promise.resolve(instance.end());
  return {
    async handle(request, target) {
      const { method, headers } = request;
      const body = await bodyOf(request);
      const asked = new Request(new URL(target, "http://here.internal"), { method, headers, body });
      const answer = () => instance.hasEnded ? dead : served.fetch(asked);
      return await Promise.race([inside.run(instance, answer), dead]);
    },
    idle: () => instance.idle(),
    exited: instance.ended.promise,
    async stop() {
      let timer: ReturnType<typeof setTimeout> | undefined;
      const limit = new Promise<void>((resolve) => timer = real.setTimeout(resolve, STOP_MS));
      await Promise.race([instance.idle().catch(() => {}), limit]);
      clearTimeout(timer);
      await end();
    },
    kill: end,
  };
}

type Served = z.infer<typeof moduleSchema>["default"];

/** Loads `index.ts` again, one function after the other. */
function boot(instance: Instance, entry: string): Promise<Served> {
  const booted = boots.then(async () => {
    await (loaded ??= loadWhatIsLoadedLater());
    booting = instance;
    try {
      const module = await import(`${pathToFileURL(entry).href}?instance=${++count}`);
      return moduleSchema.parse(module).default;
    } catch (error) {
      throw new Error(`Cannot start function ${instance.slug}:\n${error}`, { cause: error });
    } finally {
      booting = undefined;
    }
  });
  boots = booted.catch(() => {});
  return booted;
}

let loaded: Promise<unknown> | undefined;

/**
 * Imports in advance what functions import when they need it. Deno attributes everything that starts outside of promises to whoever had a
 * module evaluated, including the next test: so nothing may be evaluated on behalf of an instance.
 */
async function loadWhatIsLoadedLater(): Promise<void> {
  const loads: Promise<unknown>[] = [];
  for (const folder of ["shared", "functions"]) {
    for (const path of await findFiles(join(repository, folder))) {
      for (
        const [, name = ""] of (await Deno.readTextFile(path)).matchAll(/\bimport\("([^"]+)"\)/g)
      ) {
        loads.push(
          import(name.startsWith(".") ? pathToFileURL(join(dirname(path), name)).href : name),
        );
      }
    }
  }
  await Promise.all(loads);
}

async function findFiles(folder: string): Promise<string[]> {
  const found: string[] = [];
  for await (const { name, isDirectory } of Deno.readDir(folder)) {
    const path = join(folder, name);
    if (isDirectory) found.push(...await findFiles(path));
    else if (/(?<!_test)\.ts$/.test(name)) found.push(path);
  }
  return found;
}

/** Background work of the functions that run here, and of the tests. */
const alive = new Set<Instance>();
const outside = new Set<Promise<unknown>>();

/** Resolves when no background work is under way, neither of functions nor of a handler that a test has called itself. */
export async function idleHere(): Promise<void> {
  const busy = () => [...alive].filter(({ background }) => background.size > 0);
  while (outside.size > 0 || busy().length > 0) {
    await Promise.allSettled([...outside, ...busy().map((instance) => instance.idle())]);
  }
}

function waitOutside(promise: Promise<unknown>): void {
  const watched = promise.catch(() => {}).finally(() => outside.delete(watched));
  outside.add(watched);
}

/** Replaces what the functions get from the runtime. Code outside a function gets what was there before. */
function giveEachItsOwn(): void {
  const environment = Deno.env.toObject.bind(Deno.env);
  Deno.env.toObject = () => ({ ...(inside.getStore() ?? booting)?.env ?? environment() });
  Object.assign(globalThis, {
    EdgeRuntime: {
      waitUntil: (promise: Promise<unknown>) => {
        const instance = inside.getStore();
        if (instance) instance.waitUntil(promise);
        else waitOutside(promise);
      },
    },
    fetch: (input: RequestInfo | URL, init?: RequestInit) => {
      const instance = inside.getStore();
      return instance ? instance.fetch(input, init) : real.fetch(input, init);
    },
    setTimeout: (callback: (...args: unknown[]) => void, ms = 0, ...args: unknown[]) => {
      const instance = inside.getStore();
      return instance
        ? instance.setTimeout(callback, ms, ...args)
        : real.setTimeout(callback, ms, ...args);
    },
  });
  for (const level of ["debug", "info", "warn", "error"] as const) {
    // deno-lint-ignore no-console -- where the functions' log goes to
    const print = console[level];
    // deno-lint-ignore no-console -- see above
    console[level] = (...parts: unknown[]) => {
      const instance = inside.getStore() ?? booting;
      if (instance === undefined) return print(...parts);
      const stream = level === "warn" || level === "error" ? "stderr" : "stdout";
      instance.print(parts.map(String).join(" "), stream);
    };
  }
}

giveEachItsOwn();
