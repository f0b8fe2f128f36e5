/**
 * The functions of a project whose management API is a stand-in: each runs from exactly the files that
 * were uploaded for it, in a folder of its own, with the secrets that were set.
 */

import { join } from "node:path";
import { forward } from "../functions.ts";
import { type FunctionProcess, startFunction } from "../function_process.ts";
import { type Upload, writeUpload } from "./upload.ts";

export interface HostedFunctionsOptions {
  /** Empty folder for the uploaded files. */
  folder: string;
  /** Executable of the Deno that runs them. */
  deno: string;
  upload: (slug: string) => Upload | undefined;
  /** Environment beyond what the platform gives; read whenever a function starts. */
  secrets: () => Readonly<Record<string, string>>;
  /** As the platform names them: `{"default": "sb_secret_…"}`. */
  secretKeys: Readonly<Record<string, string>>;
}

export interface HostedFunctions {
  /** Base URL of the project. */
  readonly url: string;
  /** What the functions printed, with their slug. */
  readonly lines: readonly string[];
  close(): Promise<void>;
}

/** Listens at once; starts a function at its first request. One that can't start answers 503, as hosted. */
export function serveHostedFunctions(options: HostedFunctionsOptions): HostedFunctions {
  const running = new Map<string, Promise<FunctionProcess>>();
  const lines: string[] = [];
  const start = async (upload: Upload): Promise<FunctionProcess> => {
    const { slug, metadata } = upload;
    const root = join(options.folder, slug);
    await writeUpload(upload, root);
    return await startFunction({
      slug,
      entry: join(root, metadata.entrypoint_path),
      env: {
        // An older Deno doesn't look at the machine's own certificates unless it is told.
        DENO_TLS_CA_STORE: Deno.env.get("DENO_TLS_CA_STORE") ?? "system,mozilla",
        SUPABASE_URL: url,
        SUPABASE_SECRET_KEYS: JSON.stringify(options.secretKeys),
        SUPABASE_PUBLISHABLE_KEYS: '{"default":"sb_publishable_example"}',
        ...options.secrets(),
      },
      onLine: (line) => lines.push(`${slug}: ${line}`),
      deployed: { deno: options.deno, root },
    });
  };
  const server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen: () => {} },
    async (request) => {
      const target = new URL(request.url).pathname.replace(/^\/functions\/v1/, "");
      const slug = target.split("/")[1] ?? "";
      const upload = options.upload(slug);
      if (upload === undefined) return refuse(404, "NOT_FOUND", "Requested function was not found");
      const process = running.get(slug) ?? start(upload);
      running.set(slug, process);
      try {
        return await forward(request, `${(await process).url}${target}`);
      } catch (error) {
        lines.push(`${slug}: ${error}`);
        return refuse(503, "BOOT_ERROR", "Function failed to start (please check logs)");
      }
    },
  );
  const url = `http://127.0.0.1:${server.addr.port}`;
  return {
    url,
    lines,
    close: async () => {
      const started = await Promise.allSettled(running.values());
      await Promise.all(
        started.map((it) => it.status === "fulfilled" ? it.value.stop() : undefined),
      );
      await server.shutdown();
    },
  };
}

function refuse(status: number, code: string, message: string): Response {
  return Response.json({ code, message }, { status });
}
