/**
 * A private copy of the Postgres package, with the symlinks that npm packages cannot contain, and with the extension files of our
 * stand-ins, so that `create extension pg_net` works as it does hosted.
 */

import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { z } from "zod";
import { sha256Hex } from "../../shared/hash.ts";
import { cacheDirectory } from "./cache_dir.ts";
import { locatePostgres, platform, postgresVersion } from "./packages.ts";
import { temporaryDirectory } from "./temporary_directory.ts";

const here = fileURLToPath(new URL(".", import.meta.url));
const extensionFolders = ["pg_net", "pg_cron", "vault"];
const unusedMs = 14 * 86_400_000;
const symlinksSchema = z.array(z.object({ source: z.string(), target: z.string() }));

/**
 * Returns the folder with `bin/initdb` and `bin/postgres`. It is created once per version of Postgres and of our extension files, under a
 * temporary name that is then renamed: stacks that start at the same moment each make a copy, and the first to finish wins.
 */
export async function installPostgres(): Promise<string> {
  const extensions = await extensionFiles();
  const home = await cacheDirectory();
  const content = (await sha256Hex(JSON.stringify([...extensions]))).slice(0, 12);
  const target = join(home, `postgres-${postgresVersion}-${platform()}-${content}`);
  const now = new Date();
  if (await exists(target)) {
    await Deno.utime(target, now, now);
    return target;
  }

  await removeUnused(home, now);
  const source = await locatePostgres();
  const draft = await temporaryDirectory(join(home, `draft-${crypto.randomUUID()}`));
  try {
    await copyTree(source.native, draft.path);
    await makeSymlinks(source.symlinks, draft.path);
    for (const [name, text] of extensions) {
      await writePublic(join(draft.path, "share/postgresql/extension", name), text);
    }
    await Deno.rename(draft.path, target);
  } catch (error) {
    if (!(await exists(target))) throw error;
  } finally {
    await draft.remove();
  }
  return target;
}

/** Removes copies from which no stack was started for two weeks. */
async function removeUnused(home: string, now: Date): Promise<void> {
  for await (const { name } of Deno.readDir(home)) {
    if (!name.startsWith("postgres-")) continue;
    const path = join(home, name);
    const { mtime } = await Deno.stat(path);
    if (mtime && now.getTime() - mtime.getTime() > unusedMs) {
      await Deno.remove(path, { recursive: true });
    }
  }
}

async function extensionFiles(): Promise<Map<string, string>> {
  const files = new Map<string, string>();
  for (const folder of extensionFolders) {
    for await (const entry of Deno.readDir(join(here, folder))) {
      if (!/\.(control|sql)$/.test(entry.name)) continue;
      files.set(entry.name, await Deno.readTextFile(join(here, folder, entry.name)));
    }
  }
  return new Map([...files].sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** Copies what a running server needs, readable for everybody; static libraries and build files stay behind. */
async function copyTree(from: string, to: string): Promise<void> {
  // The umask would cut a mode given to mkdir.
  await Deno.chmod(to, 0o755);
  for await (const entry of Deno.readDir(from)) {
    const source = join(from, entry.name);
    const target = join(to, entry.name);
    if (entry.isDirectory) {
      if (entry.name === "pkgconfig") continue;
      await Deno.mkdir(target);
      await copyTree(source, target);
    } else if (entry.isFile && !entry.name.endsWith(".a")) {
      await Deno.copyFile(source, target);
      await Deno.chmod(target, 0o755);
    }
  }
}

async function writePublic(path: string, text: string): Promise<void> {
  await Deno.writeTextFile(path, text);
  await Deno.chmod(path, 0o644);
}

/** The list's paths start with `native/`, which is the copied folder. */
async function makeSymlinks(list: string, to: string): Promise<void> {
  for (
    const { source, target } of symlinksSchema.parse(JSON.parse(await Deno.readTextFile(list)))
  ) {
    const link = join(to, relative("native", target));
    const destination = relative(dirname(target), source);
    if (!target.endsWith(".a")) await Deno.symlink(destination, link);
  }
}

async function exists(path: string): Promise<boolean> {
  try {
    await Deno.lstat(path);
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}
