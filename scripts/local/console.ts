/**
 * The console at `/console/`, for `deno task dev`: built immediately, and again when it is opened after its sources have changed.
 */

import { join } from "node:path";
import { buildConsole, type ConsoleConfig, consoleSource } from "../console/build.ts";
import { csp } from "../console/csp.ts";
import { platformError } from "./platform_error.ts";
import { temporaryDirectory } from "./temporary_directory.ts";

const types: Readonly<Record<string, string>> = {
  html: "text/html; charset=utf-8",
  css: "text/css; charset=utf-8",
  js: "text/javascript; charset=utf-8",
  json: "application/json",
  svg: "image/svg+xml",
};
const prefix = "/console/";

export interface ConsolePage {
  /** Answers what is asked below `/console`; null for everything else. */
  answer(request: Request): Promise<Response> | Response | null;
  close(): Promise<void>;
}

export function serveConsole(config: ConsoleConfig): ConsolePage {
  const made = temporaryDirectory();
  const folder = made.then(({ path }) => path);
  let built: { at: number; done: Promise<void> } | undefined;

  const build = async (): Promise<string> => {
    const changed = await lastChange(consoleSource);
    if (built === undefined || built.at < changed) {
      built = { at: changed, done: folder.then((out) => buildConsole(out, config)) };
    }
    try {
      await built.done;
    } catch (error) {
      built = undefined;
      throw error;
    }
    return await folder;
  };

  const send = async (name: string): Promise<Response> => {
    // Only a request for the page itself looks for changes, so that its parts fit together.
    const out = name === "index.html" || built === undefined ? await build() : await folder;
    await built?.done;
    const type = types[name.slice(name.lastIndexOf(".") + 1)];
    const content = type === undefined || !/^[\w.]+$/.test(name)
      ? null
      : await Deno.readFile(join(out, name)).catch(() => null);
    if (content === null || type === undefined) {
      return platformError(404, "NOT_FOUND", `The console has no file ${name}`);
    }
    return new Response(content, {
      headers: {
        "content-type": type,
        "cache-control": "no-cache",
        "content-security-policy": `${csp(config.url)}; frame-ancestors 'none'`,
        "x-content-type-options": "nosniff",
      },
    });
  };

  // Before anybody opens it; if it cannot be built, the answer says so.
  build().catch(() => {});
  return {
    answer: (request) => {
      const { pathname } = new URL(request.url);
      if (pathname === "/console") return Response.redirect(new URL(prefix, request.url));
      if (!pathname.startsWith(prefix)) return null;
      return send(pathname.slice(prefix.length) || "index.html");
    },
    close: async () => {
      await built?.done.catch(() => {});
      await (await made).remove();
    },
  };
}

/** When a file of a folder was last changed, in milliseconds. */
async function lastChange(folder: string): Promise<number> {
  let latest = 0;
  for await (const { name, isDirectory } of Deno.readDir(folder)) {
    if (name === "dist") continue;
    const path = join(folder, name);
    const changed = isDirectory
      ? await lastChange(path)
      : (await Deno.stat(path)).mtime?.getTime() ?? 0;
    latest = Math.max(latest, changed);
  }
  return latest;
}
