/**
 * Where the stack keeps the prepared copy of Postgres. Root's Postgres runs as `nobody`, who may not enter root's home, so root uses a
 * directory that everybody can enter.
 */

import { dirname, join } from "node:path";

const name = "vapi-tools-local";

/** A directory of this user's own that survives between runs; a fresh temporary one if there is none. */
export async function cacheDirectory(): Promise<string> {
  const uid = Deno.uid();
  for (const candidate of candidates(uid)) {
    if (await claim(candidate, uid)) return candidate;
  }
  return await privateTemporary();
}

/** Where to create the directory for one run's data, so that `nobody` can use it if we are root. */
export function runPath(): string {
  return join(temporary() ?? "/tmp", `${name}-run-${crypto.randomUUID()}`);
}

/** Root's own folder for temporary files may be one that only root can enter. */
function temporary(): string | undefined {
  return Deno.uid() === 0 ? "/tmp" : Deno.env.get("TMPDIR") ?? Deno.env.get("TEMP");
}

function candidates(uid: number | null): string[] {
  if (uid === 0) return [`/var/tmp/${name}-0`, `/tmp/${name}-0`];
  const cache = Deno.env.get("XDG_CACHE_HOME");
  const home = Deno.env.get("HOME");
  return [
    ...(cache?.startsWith("/") ? [join(cache, name)] : []),
    ...(home?.startsWith("/")
      ? [join(home, Deno.build.os === "darwin" ? "Library/Caches" : ".cache", name)]
      : []),
    `/tmp/${name}-${uid}`,
  ];
}

/** Creates the directory; false unless it really is ours, since anybody may create names under /tmp. */
async function claim(path: string, uid: number | null): Promise<boolean> {
  try {
    await Deno.mkdir(path, { recursive: dirname(path) !== "/tmp" });
    // Whatever the umask: `nobody` has to enter it.
    await Deno.chmod(path, 0o755);
  } catch (error) {
    if (!(error instanceof Deno.errors.AlreadyExists)) return false;
  }
  try {
    const found = await Deno.lstat(path);
    const othersWrite = ((found.mode ?? 0) & 0o022) !== 0;
    if (!found.isDirectory || found.uid !== uid || othersWrite) return false;
    const probe = await Deno.makeTempDir({ dir: path, prefix: "probe-" });
    await Deno.remove(probe);
    return true;
  } catch {
    return false;
  }
}

async function privateTemporary(): Promise<string> {
  const dir = temporary();
  const path = await Deno.makeTempDir({
    prefix: `${name}-cache-`,
    ...(dir === undefined ? {} : { dir }),
  });
  await Deno.chmod(path, 0o755);
  return path;
}
