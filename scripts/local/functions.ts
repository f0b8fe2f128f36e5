/** The functions of one stack: one or more instances per slug, each started when a call needs it. */

import { join } from "node:path";
import { z } from "zod";
import { type FunctionInstance, type Launch, startFunction } from "./function_process.ts";
import { platformError } from "./platform_error.ts";

export type LogLine = {
  readonly slug: string;
  readonly stream: "stdout" | "stderr";
  readonly line: string;
  /** The line parsed, if it is a JSON object; parsed on demand, because most lines are never read. */
  readonly fields: Record<string, unknown> | null;
};

export type Functions = {
  /** Passes a request on; the function sees the path `/<slug>/…`, as hosted. */
  handle(slug: string, request: Request, target: string): Promise<Response>;
  exists(slug: string): Promise<boolean>;
  /** Starts the named functions, or all, so that no request waits for a start. */
  prewarm(slugs?: readonly string[]): Promise<void>;
  /** Ends a function gently; later requests go to a new instance. Without a slug: all functions. */
  restart(slug?: string): Promise<void>;
  /** Ends a function as a crash would, in the middle of whatever it does. */
  kill(slug: string): Promise<void>;
  /** True as soon as a function does nothing, not even in the background; false if it still does after this many milliseconds. */
  isIdle(slug: string, ms: number): Promise<boolean>;
  /** Adds to the environment of functions that start from now on, and restarts the running ones. */
  setEnv(env: Readonly<Record<string, string | undefined>>): Promise<void>;
  /** Slugs of the functions that are running or starting. */
  running(): string[];
  /** What the functions have logged so far, oldest first. */
  logs(): LogLine[];
  /** Clears the log and the changes by setEnv(); functions that run with such a change are ended. */
  reset(): Promise<void>;
  /** Ends all of them at once; nobody is left to wait for their work. */
  close(): Promise<void>;
};

export type FunctionsOptions = {
  /** Folder with a folder per slug. */
  readonly directory: string;
  /** Functions outside that folder: path of their `index.ts` by slug. */
  readonly elsewhere?: Readonly<Record<string, string>>;
  /**
   * Runs what was uploaded: each function with this Deno, from the files below its own folder alone, where it is at
   * `functions/<slug>/index.ts` again.
   */
  readonly uploadsRunOn?: string;
  readonly env: Readonly<Record<string, string>>;
  readonly onLog?: (line: LogLine) => void;
  /** What instances run in; by default a process each. A test can use it to make them fail. */
  readonly launch?: Launch;
  /** Instances that a function may have at one time, called in turn; default 1. */
  readonly instances?: Readonly<Record<string, number>>;
};

const maxLogLines = 20_000;
/** How long a process that is ended gently has for its requests. */
const STOP_MS = 5_000;
const slugPattern = /^[a-z0-9][a-z0-9-]*$/i;
const logFields = z.record(z.string(), z.unknown());

export function createFunctions(options: FunctionsOptions): Functions {
  const { directory, elsewhere = {}, uploadsRunOn: deno, env, onLog, instances = {} } = options;
  const running = new Map<string, Promise<FunctionInstance>[]>();
  const lines: LogLine[] = [];
  let environment = env;
  let turn = 0;

  const record = (slug: string, line: string, stream: LogLine["stream"]) => {
    let fields: LogLine["fields"] | undefined;
    const entry = {
      slug,
      stream,
      line,
      get fields() {
        return fields === undefined ? fields = parseFields(line) : fields;
      },
    };
    if (lines.push(entry) > maxLogLines) lines.shift();
    onLog?.(entry);
  };

  const entry = (slug: string) =>
    elsewhere[slug] ??
      join(directory, slug, ...(deno === undefined ? [] : ["functions", slug]), "index.ts");

  const launch: Launch = options.launch ?? ((wanted) =>
    startFunction({
      ...wanted,
      ...(deno === undefined ? {} : { upload: { deno, root: join(directory, wanted.slug) } }),
    }));

  /** A running one, in turn; or a new one, as long as more are allowed. */
  const choose = (slug: string): Promise<FunctionInstance> => {
    const list = running.get(slug) ?? [];
    const chosen = list.length < (instances[slug] ?? 1) ? undefined : list[turn++ % list.length];
    if (chosen) return chosen;
    const started = launch({
      slug,
      entry: entry(slug),
      env: environment,
      onLine: (line, stream) => record(slug, line, stream),
    });
    running.set(slug, [...list, started]);
    const forget = () => {
      const others = (running.get(slug) ?? []).filter((each) => each !== started);
      if (others.length > 0) running.set(slug, others);
      else running.delete(slug);
    };
    started.then(({ exited }) => exited.then(forget), forget);
    return started;
  };

  /** Requests on their way to an instance, or waiting for its answer to begin. */
  const underWay = new Map<Promise<FunctionInstance>, Set<Promise<Response>>>();
  const send = (started: Promise<FunctionInstance>, request: Request, target: string) => {
    const requests = underWay.get(started) ?? new Set();
    underWay.set(started, requests);
    const response = started.then((instance) => instance.handle(request, target));
    requests.add(response);
    const forget = () => {
      requests.delete(response);
      if (requests.size === 0) underWay.delete(started);
    };
    response.then(forget, forget);
    return response;
  };

  const end = async (how: "stop" | "kill", slugs: readonly string[]) => {
    const ending = slugs.flatMap((slug) => running.get(slug) ?? []);
    for (const slug of slugs) running.delete(slug);
    await Promise.all(ending.map(async (started) => {
      // A new instance answers later requests; earlier ones are not lost on their way.
      if (how === "stop") await settledWithin(STOP_MS, [...underWay.get(started) ?? []]);
      const instance = await started.catch(() => undefined);
      await instance?.[how]();
    }));
  };

  const slugs = async () => {
    const found: string[] = [];
    for await (const { name, isDirectory } of Deno.readDir(directory)) {
      if (isDirectory && await isFile(entry(name))) found.push(name);
    }
    return found;
  };

  return {
    exists: async (slug) =>
      running.has(slug) || (slugPattern.test(slug) && await isFile(entry(slug))),
    handle: async (slug, request, target) => {
      const instance = choose(slug);
      const response = send(instance, request, target);
      try {
        await instance;
      } catch (error) {
        record(slug, String(error), "stderr");
        return platformError(503, "BOOT_ERROR", "Function failed to start (please check logs)");
      }
      try {
        return await response;
      } catch (error) {
        record(slug, String(error), "stderr");
        return platformError(
          500,
          "WORKER_ERROR",
          "Function exited due to an error (please check logs)",
        );
      }
    },
    prewarm: async (wanted) => {
      await Promise.all((wanted ?? await slugs()).map(choose));
    },
    restart: (slug) => end("stop", slug ? [slug] : [...running.keys()]),
    kill: (slug) => end("kill", [slug]),
    isIdle: async (slug, ms) => {
      const list = running.get(slug) ?? [];
      return await settledWithin(
        ms,
        list.map(async (started) => {
          await Promise.allSettled(underWay.get(started) ?? []);
          await (await started.catch(() => undefined))?.idle().catch(() => {});
        }),
      );
    },
    setEnv: async (changes) => {
      const merged = Object.entries({ ...environment, ...changes });
      environment = Object.fromEntries(
        merged.filter((pair): pair is [string, string] => pair[1] !== undefined),
      );
      await end("stop", [...running.keys()]);
    },
    running: () => [...running.keys()],
    logs: () => [...lines],
    reset: async () => {
      lines.length = 0;
      if (environment === env) return;
      environment = env;
      await end("kill", [...running.keys()]);
    },
    close: () => end("kill", [...running.keys()]),
  };
}

/** True when all have settled, false when the time is up. */
async function settledWithin(ms: number, promises: readonly Promise<unknown>[]): Promise<boolean> {
  const limit = Promise.withResolvers<boolean>();
  const timer = setTimeout(() => limit.resolve(false), ms);
  const all = Promise.allSettled(promises).then(() => true);
  const isSettled = await Promise.race([all, limit.promise]);
  clearTimeout(timer);
  return isSettled;
}

function parseFields(line: string): LogLine["fields"] {
  if (!line.startsWith("{")) return null;
  try {
    return logFields.parse(JSON.parse(line));
  } catch {
    return null;
  }
}

async function isFile(path: string): Promise<boolean> {
  try {
    return (await Deno.stat(path)).isFile;
  } catch {
    return false;
  }
}
