import type { VNode } from "preact";
import { useState } from "preact/hooks";
import * as z from "zod/mini";
import { ApiError } from "../../client/api_error.ts";
import { call } from "../../client/call.ts";
import { dateTimeOf } from "../clock.ts";
import { t } from "../i18n.ts";
import { useLoad } from "../load.ts";
import { usePolling } from "../poll.ts";
import { client } from "../session.ts";
import { Button } from "../ui/button.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { Failure } from "../ui/notice.tsx";
import { Skeleton } from "../ui/skeleton.tsx";
import { attempt } from "../ui/toast.tsx";
import { here } from "./here.ts";

const reportSchema = z.looseObject({
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
    z.array(z.looseObject({ agentId: z.string(), code: z.string(), message: z.string() })),
  ),
});

/** The latest migration, followed while it runs, and a button to start one. */
export function MigrationTab(): VNode {
  const [isAsked, setAsked] = useState(false);
  const run = useLoad("migration", async () => {
    try {
      // Without a run's id: the latest.
      return reportSchema.parse(
        await call(client.value, "operator_migration", {}),
      );
    } catch (error) {
      if (error instanceof ApiError && error.code === "not_found") return null;
      throw error;
    }
  });
  usePolling(run.value?.status === "running", run.reload);
  const start = () =>
    attempt(async () => {
      await call(client.value, "operator_migrate", {});
      setAsked(false);
      await run.reload();
    });
  const { value } = run;

  return (
    <>
      <div class="actions">
        <Button onPress={() => setAsked(true)} disabled={value?.status === "running"}>
          {t("startMigration")}
        </Button>
      </div>
      {run.error !== undefined && <Failure error={run.error} onRetry={run.reload} />}
      {value === undefined && run.isLoading && <Skeleton />}
      {value === null && <p class="hint">{t("noMigration")}</p>}
      {value && <Progress report={value} />}
      {isAsked && (
        <Dialog title={t("startMigration")} onClose={() => setAsked(false)}>
          <p>{t("startMigrationWhy")}</p>
          <div class="actions">
            <Button onPress={() => setAsked(false)}>{t("cancel")}</Button>
            <Button kind="main" onPress={start}>{t("startMigration")}</Button>
          </div>
        </Dialog>
      )}
    </>
  );
}

function Progress({ report }: { report: z.infer<typeof reportSchema> }): VNode {
  const { total, migrated, unchanged, failed } = report.agents;
  const done = migrated + unchanged + failed;
  return (
    <section>
      <p class="facts">
        <span
          class={`badge ${report.status === "running" ? "syncing" : failed > 0 ? "failed" : "ok"}`}
        >
          {t(report.status === "running" ? "migrationRunning" : "migrationDone")}
        </span>
        <span>{dateTimeOf(report.startedAt, here)}</span>
        <span>{t("progress", { n: done, total })}</span>
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
        {report.failures?.map(({ agentId, code, message }) => (
          <li key={agentId}>
            <code>{agentId}</code> <span class="problem">{code}: {message}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}
