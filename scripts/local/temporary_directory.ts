/** A directory that is gone when this process is, even if it is killed in the midst of writing there. */

import { startChild } from "./child.ts";

export type TemporaryDirectory = {
  readonly path: string;
  /** Removes it, unless it was renamed meanwhile. */
  remove(): Promise<void>;
};

/** Makes it, for this user alone. */
export async function temporaryDirectory(path: string): Promise<TemporaryDirectory> {
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
