/** A directory that is gone when this process is, even if it is killed in the midst of writing there. */

import { runPath } from "./cache_dir.ts";
import { startChild } from "./child.ts";

export type TemporaryDirectory = {
  readonly path: string;
  /** Removes it, unless it was renamed meanwhile. */
  remove(): Promise<void>;
};

/** Makes it, for this user alone, by default where temporary files lie. */
export async function temporaryDirectory(path: string = runPath()): Promise<TemporaryDirectory> {
  // No `sh`, no guard: there, a run that is killed leaves it behind.
  if (Deno.build.os === "windows") return await unguarded(path);
  const made = Promise.withResolvers<void>();
  const child = startChild({
    directory: path,
    command: "sh",
    args: ["-c", "echo made; exec tail -f /dev/null"],
    onLine: (_, stream) => stream === "stdout" && made.resolve(),
  });
  child.exited.then(() => made.reject(new Error(`Cannot make ${path}: ${child.tail()}`)));
  await made.promise;
  return { path, remove: child.stop };
}

async function unguarded(path: string): Promise<TemporaryDirectory> {
  await Deno.mkdir(path);
  return { path, remove: () => Deno.remove(path, { recursive: true }).catch(() => {}) };
}
