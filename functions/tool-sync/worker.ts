/**
 * The worker of the tool-sync queue, with two lanes: a migration of ten thousand agents must not hold up the one agent that
 * somebody has just saved and waits for. The lanes share the limit on requests to Vapi.
 */
import { type SingleFlight, singleFlight } from "../../shared/worker/single_flight.ts";
import type { WorkerParts } from "./batch.ts";
import { createCompletions } from "./completions.ts";
import type { SyncDeps } from "../../shared/assistants/deps.ts";
import { drainLane, type LaneReport } from "./lane.ts";
import { createNudge } from "../../shared/worker/nudge.ts";
import { createSnapshots } from "../../shared/assistants/snapshot.ts";
import { createToolNames } from "./tool_names.ts";

/** Creates an isolate's worker. `request` resolves when nothing is due any more, or a successor has been called. */
export function createWorker(deps: SyncDeps): SingleFlight {
  const workerId = crypto.randomUUID();
  const nudge = createNudge();
  const parts: WorkerParts = {
    snapshots: createSnapshots(deps.vapi.assistants, deps.now),
    toolNames: createToolNames(deps.vapi.tools),
    completions: createCompletions(deps.db),
  };
  let isOutdated = false;
  const lane = async (name: "urgent" | "bulk", onBulkDue?: () => void): Promise<LaneReport> => {
    const report = await drainLane(deps, {
      lane: name,
      workerId,
      parts,
      nudge,
      ...(onBulkDue && { onBulkDue }),
    });
    if (report.claimed > 0) deps.log.info("drained", { ...report });
    if (report.isOutdated && !isOutdated) {
      isOutdated = true;
      deps.log.warn("worker_outdated", { outcome: "leaves its work to a newer deployment" });
    }
    if (report.handOver) {
      // The successor of bulk work may be another isolate: let go of it.
      const released = name === "bulk" ? workerId : null;
      await deps.db.rpc("wake_worker", { p_queue: "tool-sync", p_worker: released });
    }
    return report;
  };

  let bulkWork: Promise<void> | null = null;
  /** Jobs of lanes that did not hand over: after them there may be more for us. */
  let bulkJobs = 0;
  const bulk = singleFlight(async () => {
    const { claimed, handOver } = await lane("bulk");
    if (!handOver) bulkJobs += claimed;
  });
  const urgent = singleFlight(async () => {
    await lane("urgent", () => {
      bulkWork = bulk.request();
      // Whoever asked awaits it below; until then its failure is nobody's.
      bulkWork.catch(() => {});
    });
  });
  return {
    async request() {
      // The sweep calls again, until somebody newer hears it.
      if (isOutdated) return;
      // Work that was announced while the lane is busy with other jobs is begun beside them.
      nudge.give();
      let seen = bulkJobs;
      await urgent.request();
      while (bulkWork !== null) {
        const work: Promise<void> = bulkWork;
        bulkWork = null;
        await work;
        // Another worker is at what is still due, or its job waits for one under way: asking again before either ends is in vain.
        if (bulkJobs === seen) return;
        seen = bulkJobs;
        // Relinked agents set tools free, and deleting them is no bulk work.
        await urgent.request();
      }
    },
  };
}

/** Drains the queue once. */
export async function drainAndHandOver(deps: SyncDeps): Promise<void> {
  await createWorker(deps).request();
}
