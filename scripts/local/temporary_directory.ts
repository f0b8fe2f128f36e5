/** A directory that is removed with this process, even if it is killed while writing there. */

import { runPath } from "./cache_dir.ts";
import { startChild } from "./child.ts";

export type TemporaryDirectory = {
  readonly path: string;
  /** Removes it, unless it has been renamed. */
  remove(): Promise<void>;
};

/** Creates it, for this user alone, by default where temporary files are. */
export async function temporaryDirectory(path: string = runPath()): Promise<TemporaryDirectory> {
  // Without `sh` there is no guard: a run that is killed leaves it behind.
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
