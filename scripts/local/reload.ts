/** Restarts a stack's functions when their code changes, for the one who is writing it. */

import type { Functions } from "./functions.ts";

const quietMs = 100;

/** Watches the folders until close(); `onReload` is told after each restart. */
export function reloadOnChange(
  functions: Functions,
  folders: readonly string[],
  onReload: () => void,
): { close(): void } {
  const watcher = Deno.watchFs([...folders]);
  let timer: ReturnType<typeof setTimeout> | undefined;
  const restart = async () => {
    await functions.restart();
    onReload();
  };
  const watch = async () => {
    for await (const { kind, paths } of watcher) {
      if (kind === "access" || !paths.some((path) => path.endsWith(".ts"))) continue;
      clearTimeout(timer);
      timer = setTimeout(restart, quietMs);
    }
  };
  watch();
  return {
    close: () => {
      clearTimeout(timer);
      watcher.close();
    },
  };
}
