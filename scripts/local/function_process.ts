/** One running Edge Function: its process, where it listens, and how it ends. */

import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { startChild } from "./child.ts";
import { forward } from "./forward.ts";
import { repository } from "./migrations.ts";

/** A running function, whatever it runs in. */
export type FunctionInstance = {
  /** The function sees the target's path, `/<slug>/…`, as hosted. */
  handle(request: Request, target: string): Promise<Response>;
  /** Resolves when none of its background work is under way; rejects if it ends first. */
  idle(): Promise<void>;
  /** Resolves when it has ended, for whatever reason. */
  readonly exited: Promise<unknown>;
  /** Lets current work finish, then ends it. */
  stop(): Promise<void>;
  /** Ends it at once, as a crash would. */
  kill(): Promise<void>;
};

export type LaunchOptions = {
  readonly slug: string;
  /** Path of the function's `index.ts`. */
  readonly entry: string;
  readonly env: Readonly<Record<string, string>>;
  readonly onLine: (line: string, stream: "stdout" | "stderr") => void;
};

/** Starts an instance and resolves once it can be called; rejects if it fails to boot. */
export type Launch = (options: LaunchOptions) => Promise<FunctionInstance>;

const runner = fileURLToPath(new URL("./function_runner.ts", import.meta.url));

/** The path at which its host asks whether it is idle. No slug begins like that. */
const IDLE_PATH = "/_idle";

/** What Deno itself needs to find its cache and registry; everything else is the function's own. */
const inherited = [
  ...["HOME", "TMPDIR", "XDG_CACHE_HOME", "DENO_DIR"],
  ...["DENO_CERT", "DENO_TLS_CA_STORE", "NODE_EXTRA_CA_CERTS", "SSL_CERT_DIR", "SSL_CERT_FILE"],
  ...["NPM_CONFIG_REGISTRY", "NPM_CONFIG_USERCONFIG", "npm_config_registry"],
  ...["HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "http_proxy", "https_proxy", "no_proxy"],
];

export type FunctionProcessOptions = LaunchOptions & {
  /** Runs what was uploaded, with this Deno, from nothing but the files below `root`. */
  readonly upload?: { readonly deno: string; readonly root: string };
};

/**
 * A module that may be imported later is read at that moment, as on the platform: by default the command line reads, before a function
 * starts, each module that it might ever import.
 */
export const LAZY = "--unstable-lazy-dynamic-imports";

/** Starts it and resolves once it listens; rejects with its output if it fails to boot. */
export async function startFunction(options: FunctionProcessOptions): Promise<FunctionInstance> {
  const { slug, entry, env, onLine, upload } = options;
  const listening = Promise.withResolvers<string | undefined>();
  let booted = false;
  const child = startChild({
    command: upload?.deno ?? Deno.execPath(),
    args: [
      ...["run", "--quiet", "--no-prompt"],
      ...(upload
        ? [
          `--config=${join(upload.root, "deno.json")}`,
          "--no-lock",
          `--allow-read=${upload.root}`,
        ]
        : [
          LAZY,
          `--config=${repository}deno.json`,
          `--allow-read=${repository},${dirname(dirname(entry))}`,
        ]),
      ...["--allow-net", "--allow-env", "--allow-sys"],
      "--v8-flags=--max-old-space-size=256",
      ...[runner, slug, pathToFileURL(entry).href, IDLE_PATH],
    ],
    env: {
      ...inheritedEnv(upload !== undefined),
      ...env,
      SB_EXECUTION_ID: crypto.randomUUID(),
      SUPABASE_FUNCTION_SLUG: slug,
    },
    onLine: (line, stream) => {
      const port = booted ? undefined : /^listening (\d+)$/.exec(line)?.[1];
      if (port === undefined) return onLine(line, stream);
      booted = true;
      listening.resolve(`http://127.0.0.1:${port}`);
    },
  });
  child.exited.then(() => listening.resolve(undefined));
  const url = await listening.promise;
  if (url === undefined) {
    await child.stop();
    throw new Error(`Cannot start function ${slug}:\n${child.tail()}`);
  }
  return {
    handle: (request, target) => forward(request, `${url}${target}`),
    idle: async () => {
      const answer = await fetch(`${url}${IDLE_PATH}`);
      await answer.body?.cancel();
    },
    exited: child.exited,
    stop: child.stop,
    kill: async () => {
      await child.signal("KILL");
      await child.stop();
    },
  };
}

/** An older Deno ignores the machine's own certificates unless told otherwise. */
const certificates = { DENO_TLS_CA_STORE: "system,mozilla" };

function inheritedEnv(isUpload: boolean): Record<string, string> {
  const names = inherited.map((name) => [name, Deno.env.get(name)] as const);
  const set = names.filter((pair): pair is readonly [string, string] => pair[1] !== undefined);
  return {
    ...(isUpload ? certificates : {}),
    ...Object.fromEntries(set),
    DENO_NO_UPDATE_CHECK: "1",
    NO_COLOR: "1",
  };
}
