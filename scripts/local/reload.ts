/** Restarts a stack's functions when their code or configuration changes, for the person writing it. */

import { basename } from "node:path";
import type { Stack } from "./stack.ts";

const quietMs = 100;

export type ReloadOptions = {
  /** Watched, with everything in them. */
  readonly folders: readonly string[];
  /** Told after each restart. */
  readonly onReload: () => void;
  /** Called with the names of new or changed migrations: the running stack has a database without them. */
  readonly onMigrations?: (files: readonly string[]) => void;
  /** Called with the reason why a restart failed, such as an unreadable configuration; the next change tries again. */
  readonly onError?: (error: unknown) => void;
};

/** Watches the folders until close(). */
export function reloadOnChange(
  stack: Pick<Stack, "reload">,
  { folders, onReload, onMigrations, onError }: ReloadOptions,
): { close(): void } {
  const watcher = Deno.watchFs([...folders]);
  const changed = new Set<string>();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const act = async () => {
    const paths = [...changed];
    changed.clear();
    const migrations = paths.filter((path) => path.endsWith(".sql")).map((path) => basename(path));
    if (migrations.length > 0) onMigrations?.(migrations.sort());
    if (migrations.length === paths.length) return;
    try {
      await stack.reload();
      onReload();
    } catch (error) {
      onError?.(error);
    }
  };
  const watch = async () => {
    for await (const { kind, paths } of watcher) {
      const ours = kind === "access" ? [] : paths.filter(isOurs);
      if (ours.length === 0) continue;
      for (const path of ours) changed.add(path);
      clearTimeout(timer);
      timer = setTimeout(act, quietMs);
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

/** Code, the functions' blocks of `supabase/config.toml`, or a migration. */
function isOurs(path: string): boolean {
  return path.endsWith(".ts") || basename(path) === "config.toml" ||
    /[\\/]migrations[\\/]\d+_[^\\/]+\.sql$/.test(path);
}
