/** The Deno version that the hosted edge runtime corresponds to, for checking functions against it. */

import { npmExecutable } from "../local/npm_package.ts";

/** The last of 2.1, which the edge runtime is compatible with. */
export const edgeDenoVersion = "2.1.14";

/** Path of its executable, fetched on first use. */
export async function edgeDeno(): Promise<string> {
  const { os, arch } = Deno.build;
  const cpu = arch === "aarch64" ? "arm64" : "x64";
  const platform = os === "linux"
    ? `linux-${cpu}-glibc`
    : `${os === "windows" ? "win32" : os}-${cpu}`;
  return await npmExecutable({
    name: `@deno/${platform}`,
    version: edgeDenoVersion,
    what: `Deno ${edgeDenoVersion}, the edge runtime's (46 MB)`,
    file: os === "windows" ? "deno.exe" : "deno",
  });
}
