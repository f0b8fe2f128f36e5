/** Rolls a run back, and reports the result. */
import { setTimeout as delay } from "node:timers/promises";
import { type RollbackReport, rollbackReportSchema } from "../../functions/migrate-tools/report.ts";
import { progress } from "../cli.ts";
import type { Connection } from "../connection.ts";

/** How often it looks until it is done. Ctrl-C ends the looking, not the rollback. */
const EVERY_MS = 500;

/** The final report; null if somebody stopped watching. */
export async function rollBack(
  api: Connection,
  runId: string,
  stop: Promise<void>,
): Promise<RollbackReport | null> {
  const stopped = stop.then(() => null);
  await api.call("migrate-tools", { method: "POST", body: { rollback: runId } });
  for (;;) {
    const report = rollbackReportSchema.parse(
      await api.call(`migrate-tools?rollback=${runId}`, { method: "GET" }),
    );
    const { total, restored, left, failed } = report.agents;
    progress(`${restored + left + failed} of ${total} agents`);
    if (report.status === "done") return report;
    if (await Promise.race([delay(EVERY_MS, true), stopped]) === null) return null;
  }
}

export function describeRollback({ agents, left }: RollbackReport): string {
  return [
    ...left.map(({ orgName, agentName, agentId, message }) =>
      `✗ ${orgName} / ${agentName} (${agentId})\n    ${message}`
    ),
    `Agents  ${agents.restored} as before, ${agents.left} left alone, ${agents.failed} failed, of ${agents.total}`,
  ].join("\n");
}
