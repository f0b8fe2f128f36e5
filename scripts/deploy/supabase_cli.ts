/** The official Supabase CLI, pinned: every change to a hosted project goes through it. */

import { join } from "node:path";
import { z } from "zod";
import { cacheDirectory } from "../local/cache_dir.ts";
import { npmExecutable, type NpmPackage } from "../local/npm_package.ts";

/** Pinned here and nowhere else; the deployment test runs this very version. */
const supabaseVersion = "3.1.0";

export interface SupabaseCli {
  /**
   * Runs a command and returns its JSON output, to be parsed by the caller. Never asks, because the caller obtains consent. Throws {@link
   * SupabaseCliError} with the CLI's words if it fails.
   */
  run(args: readonly string[]): Promise<unknown>;
}

export interface SupabaseCliOptions {
  /** Folder that holds `supabase/`. */
  root: string;
  /** A profile of the CLI: another API than api.supabase.com, as `--profile` takes it. */
  profile?: string;
  /** Texts that must never appear in an error, such as a database password. */
  secrets?: readonly string[];
  /** Added to the inherited environment. */
  env?: Readonly<Record<string, string>>;
}

export class SupabaseCliError extends Error {
  override readonly name = "SupabaseCliError";
}

const failureSchema = z.object({
  error: z.object({ message: z.string(), suggestion: z.string().optional() }),
});

/** The CLI; its package is fetched when it is first run. */
export function supabaseCli(options: SupabaseCliOptions): SupabaseCli {
  let prepared: Promise<{ command: string; TMPDIR: string }> | undefined;
  const { root, profile, secrets = [], env = {} } = options;
  const common = [
    ...["--output-format", "json", "--workdir", root, "--yes"],
    // Otherwise it may take us for a coding agent, for which it prints differently.
    ...["--agent", "no"],
    ...(profile === undefined ? [] : ["--profile", profile]),
  ];
  return {
    run: async (args) => {
      prepared ??= prepare();
      const { command, TMPDIR } = await prepared;
      const { code, stdout, stderr } = await new Deno.Command(command, {
        args: [...args, ...common],
        env: { NO_COLOR: "1", SUPABASE_NO_UPDATE_NOTIFIER: "1", TMPDIR, ...env },
        stdin: "null",
        stdout: "piped",
        stderr: "piped",
      }).output();
      const output = new TextDecoder().decode(stdout);
      const result = parse(output);
      if (code === 0 && result !== undefined) return result;
      const said = describeFailure(result) ?? `${new TextDecoder().decode(stderr)}${output}`.trim();
      const name = args.slice(0, 2).join(" ");
      throw new SupabaseCliError(`supabase ${name} failed: ${hide(said, secrets)}`);
    },
  };
}

/** In a folder of its own for temporary files, since it leaves some behind: 3 MB that it unpacks. */
async function prepare(): Promise<{ command: string; TMPDIR: string }> {
  try {
    const TMPDIR = join(await cacheDirectory(), "supabase-cli");
    await Deno.mkdir(TMPDIR, { recursive: true });
    return { command: await npmExecutable(binaryPackage()), TMPDIR };
  } catch (error) {
    throw new SupabaseCliError(error instanceof Error ? error.message : String(error));
  }
}

/** The package for this platform. On musl (Alpine) Deno itself runs on glibc, so its build is the right one. */
function binaryPackage(): NpmPackage & { file: string } {
  const { os, arch } = Deno.build;
  const cpu = arch === "aarch64" ? "arm64" : "x64";
  if (os !== "linux" && os !== "darwin" && os !== "windows") {
    throw new Error(`Cannot run the Supabase CLI on ${os}: npm has no build of it`);
  }
  const file = os === "windows" ? "bin/supabase.exe" : "bin/supabase";
  return {
    name: `@supabase/cli-${os}-${cpu}`,
    version: supabaseVersion,
    what: "the Supabase CLI (65 MB)",
    file,
  };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The CLI's own words, with its option for a database URL replaced by ours. */
function describeFailure(output: unknown): string | undefined {
  const failure = failureSchema.safeParse(output);
  if (!failure.success) return undefined;
  const { message, suggestion } = failure.data.error;
  return [message, suggestion].filter((it) => it !== undefined).join(". ")
    .replaceAll("--remote=<pooler db-url>", "--db-url <pooler URL>");
}

/** Removes known secrets from a tool's output, for example from a statement that an SQL error quotes. */
function hide(text: string, secrets: readonly string[]): string {
  return secrets.filter((secret) => secret !== "")
    .reduce((rest, secret) => rest.replaceAll(secret, "[hidden]"), text);
}
