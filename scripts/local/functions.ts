/** The functions of one stack: a process per slug, started when it is first called. */

import { join } from "node:path";
import { z } from "zod";
import { type FunctionProcess, startFunction } from "./function_process.ts";
import { platformError } from "./platform_error.ts";

export type LogLine = {
  readonly slug: string;
  readonly stream: "stdout" | "stderr";
  readonly line: string;
  /** The line parsed, when it is a JSON object. */
  readonly fields: Record<string, unknown> | null;
};

export type Functions = {
  /** Passes a request on; the function sees the path `/<slug>/…`, as hosted. */
  handle(slug: string, request: Request, target: string): Promise<Response>;
  exists(slug: string): Promise<boolean>;
  /** Starts the named functions, or all, so that no request pays for the start. */
  prewarm(slugs?: readonly string[]): Promise<void>;
  /** Ends a function gently; its next request starts it anew. Without a slug: all. */
  restart(slug?: string): Promise<void>;
  /** Ends a function as a crash would, in the midst of whatever it does. */
  kill(slug: string): Promise<void>;
  /** Adds to the environment of functions started from now on, and restarts those that run. */
  setEnv(env: Readonly<Record<string, string | undefined>>): Promise<void>;
  /** Slugs of the functions that run now or are starting. */
  running(): string[];
  /** What the functions have logged so far, oldest first. */
  logs(): LogLine[];
  /** Ends all of them at once; nobody is left to wait for what they were doing. */
  close(): Promise<void>;
};

export type FunctionsOptions = {
  /** Folder with a folder per slug. */
  readonly directory: string;
  /**
   * Runs what was uploaded: each function by this Deno, from the files below its own folder alone,
   * where it stands as `functions/<slug>/index.ts` again.
   */
  readonly uploadsRunOn?: string;
  readonly env: Readonly<Record<string, string>>;
  readonly onLog?: (line: LogLine) => void;
};

const maxLogLines = 20_000;
/** How long a process that is ended gently is given for its requests. */
const STOP_MS = 5_000;
const slugPattern = /^[a-z0-9][a-z0-9-]*$/i;
const logFields = z.record(z.string(), z.unknown());

export function createFunctions(options: FunctionsOptions): Functions {
  const { directory, uploadsRunOn: deno, env, onLog } = options;
  const processes = new Map<string, Promise<FunctionProcess>>();
  const lines: LogLine[] = [];
  let environment: Record<string, string> = { ...env };

  const record = (slug: string, line: string, stream: LogLine["stream"]) => {
    const entry = { slug, stream, line, fields: parseFields(line) };
    if (lines.push(entry) > maxLogLines) lines.shift();
    onLog?.(entry);
  };

  const entry = (slug: string) =>
    join(directory, slug, ...(deno === undefined ? [] : ["functions", slug]), "index.ts");

  const running = (slug: string): Promise<FunctionProcess> => {
    const current = processes.get(slug);
    if (current) return current;
    const started = startFunction({
      slug,
      entry: entry(slug),
      env: environment,
      onLine: (line, stream) => record(slug, line, stream),
      ...(deno === undefined ? {} : { upload: { deno, root: join(directory, slug) } }),
    });
    processes.set(slug, started);
    const forget = () => {
      if (processes.get(slug) === started) processes.delete(slug);
    };
    started.then(({ exited }) => exited.then(forget), forget);
    return started;
  };

  /** Requests on their way to a process, or waiting for its answer to begin. */
  const underWay = new Map<Promise<FunctionProcess>, Set<Promise<Response>>>();
  const send = (started: Promise<FunctionProcess>, request: Request, target: string) => {
    const requests = underWay.get(started) ?? new Set();
    underWay.set(started, requests);
    const response = started.then(({ url }) => forward(request, `${url}${target}`));
    requests.add(response);
    const forget = () => {
      requests.delete(response);
      if (requests.size === 0) underWay.delete(started);
    };
    response.then(forget, forget);
    return response;
  };

  const end = async (slug: string, how: "stop" | "kill") => {
    const current = processes.get(slug);
    processes.delete(slug);
    if (current === undefined) return;
    // A new process answers what comes from here on; what came before is not lost on its way.
    if (how === "stop") await settledWithin(STOP_MS, [...underWay.get(current) ?? []]);
    const found = await current.catch(() => undefined);
    await found?.[how]();
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
      processes.has(slug) || (slugPattern.test(slug) && await isFile(entry(slug))),
    handle: async (slug, request, target) => {
      const process = running(slug);
      const response = send(process, request, target);
      try {
        await process;
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
      await Promise.all((wanted ?? await slugs()).map(running));
    },
    restart: async (slug) => {
      await Promise.all((slug ? [slug] : [...processes.keys()]).map((name) => end(name, "stop")));
    },
    kill: (slug) => end(slug, "kill"),
    setEnv: async (changes) => {
      const merged = Object.entries({ ...environment, ...changes });
      environment = Object.fromEntries(
        merged.filter((pair): pair is [string, string] => pair[1] !== undefined),
      );
      await Promise.all([...processes.keys()].map((name) => end(name, "stop")));
    },
    running: () => [...processes.keys()],
    logs: () => [...lines],
    close: async () => {
      await Promise.all([...processes.keys()].map((name) => end(name, "kill")));
    },
  };
}

/** Sends a request on as it is, without buffering either body. */
export async function forward(
  request: Request,
  url: string,
  headers: Headers = new Headers(request.headers),
): Promise<Response> {
  // Left out, fetch would ask for compression in its own name and unpack the answer.
  if (!headers.has("accept-encoding")) headers.set("accept-encoding", "identity");
  const { method } = request;
  const body = isSmall(request) ? await request.arrayBuffer() : request.body;
  return await fetch(url, { method, headers, body, redirect: "manual" });
}

/** A small body is passed on in one piece: a stream costs half a millisecond more. */
function isSmall(request: Request): boolean {
  const length = request.headers.get("content-length");
  return request.body !== null && length !== null && Number(length) <= 64 * 1024;
}

/** Resolves when all have settled, or the time is up. */
async function settledWithin(ms: number, promises: readonly Promise<unknown>[]): Promise<void> {
  const limit = Promise.withResolvers<void>();
  const timer = setTimeout(limit.resolve, ms);
  await Promise.race([Promise.allSettled(promises), limit.promise]);
  clearTimeout(timer);
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
