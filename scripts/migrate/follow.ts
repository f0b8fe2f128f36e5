/** Watches a run until it is done. */
import { setTimeout as delay } from "node:timers/promises";
import type { RunSummary } from "../../functions/migrate-tools/report.ts";

export interface FollowOptions {
  /** The state of the run. */
  summary: () => Promise<RunSummary>;
  onSummary: (summary: RunSummary) => void;
  /** Resolves when nobody wants to watch any more. */
  stop: Promise<void>;
  everyMs?: number;
}

/** A look may fail, since networks do; this many failures in a row are reported. */
const MAX_FAILURES = 5;

/** Throws the error of the last look if several in a row have failed; the run itself continues. */
export async function follow(
  { summary, onSummary, stop, everyMs = 500 }: FollowOptions,
): Promise<"done" | "interrupted"> {
  const stopped = stop.then(() => "interrupted" as const);
  let failures = 0;
  while (true) {
    const look = summary().then(
      (state) => {
        failures = 0;
        onSummary(state);
        return state.status;
      },
      (error) => {
        if (++failures >= MAX_FAILURES) throw error;
        return "running" as const;
      },
    );
    const state = await Promise.race([look, stopped]);
    if (state !== "running") return state;
    const waited = await Promise.race([delay(everyMs), stopped]);
    if (waited === "interrupted") return waited;
  }
}
