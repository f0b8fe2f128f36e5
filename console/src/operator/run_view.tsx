import type { VNode } from "preact";
import * as z from "zod/mini";
import { dateTimeOf } from "../clock.ts";
import { t } from "../i18n.ts";
import { here } from "./here.ts";

export const reportSchema = z.looseObject({
  runId: z.string(),
  status: z.enum(["running", "done"]),
  startedAt: z.string(),
  agents: z.object({
    total: z.number(),
    migrated: z.number(),
    unchanged: z.number(),
    failed: z.number(),
  }),
  failures: z.optional(
    z.array(z.looseObject({
      agentId: z.string(),
      agentName: z.optional(z.string()),
      orgName: z.optional(z.string()),
      code: z.string(),
      message: z.string(),
    })),
  ),
});

/** The progress of a migration, and what failed in it. */
export function RunView({ report }: { report: z.infer<typeof reportSchema> }): VNode {
  const { total, migrated, unchanged, failed } = report.agents;
  const done = migrated + unchanged + failed;
  const tone = report.status === "running" ? "syncing" : failed > 0 ? "failed" : "ok";
  return (
    <section aria-label={t("latestMigration")}>
      <h2>{t("latestMigration")}</h2>
      <p class="facts">
        <span class={`badge ${tone}`}>
          {t(report.status === "running" ? "migrationRunning" : "migrationDone")}
        </span>
        <span>{dateTimeOf(report.startedAt, here)}</span>
        <span class="number">{t("progress", { n: done, total })}</span>
      </p>
      <progress
        max={Math.max(total, 1)}
        value={total === 0 ? 1 : done}
        aria-label={t("op_migration")}
      />
      <dl class="details">
        <dt>{t("migrated")}</dt>
        <dd class="number">{migrated}</dd>
        <dt>{t("unchanged")}</dt>
        <dd class="number">{unchanged}</dd>
        <dt>{t("failedCount")}</dt>
        <dd class="number">{failed}</dd>
      </dl>
      <ul class="sent">
        {report.failures?.map(({ agentId, agentName, orgName, code, message }) => (
          <li key={agentId}>
            <strong>{agentName ?? agentId}</strong> <span class="faint">{orgName}</span>{" "}
            <span class="problem">{code}: {message}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}
