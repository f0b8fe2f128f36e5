import type { VNode } from "preact";
import { useState } from "preact/hooks";
import { ApiError } from "../../client/api_error.ts";
import { call } from "../../client/call.ts";
import { t } from "../i18n.ts";
import { useLoad } from "../load.ts";
import { usePolling } from "../poll.ts";
import { client } from "../session.ts";
import { Button } from "../ui/button.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { Failure } from "../ui/notice.tsx";
import { Skeleton } from "../ui/skeleton.tsx";
import { Switch } from "../ui/switch.tsx";
import { attempt } from "../ui/toast.tsx";
import { isUnderWay, planSchema, PlanView } from "./plan_view.tsx";
import { reportSchema, RunView } from "./run_view.tsx";

/** What a migration would do, the progress of the latest one, and buttons for both. */
export function MigrationTab(): VNode {
  const [isAsked, setAsked] = useState(false);
  const [options, setOptions] = useState({ p_force_update: false, p_prune_duplicates: false });
  // Without an id: the latest.
  const run = useLoad(
    "migration",
    orNull(async () => reportSchema.parse(await call(client.value, "operator_migration", {}))),
  );
  const plan = useLoad(
    "plan",
    orNull(async () => planSchema.parse(await call(client.value, "operator_migration_plan", {}))),
  );
  const isRunning = run.value?.status === "running";
  const isPlanning = plan.value ? isUnderWay(plan.value) : false;
  usePolling(isRunning, run.reload);
  usePolling(isPlanning, plan.reload);
  const look = () =>
    attempt(async () => {
      await call(client.value, "operator_plan_migration", options);
      await plan.reload();
    });
  const start = () =>
    attempt(async () => {
      await call(client.value, "operator_migrate", options);
      setAsked(false);
      await run.reload();
    });

  return (
    <>
      <div class="columns below">
        <Switch
          label={t("forceUpdate")}
          hint={t("forceUpdateWhy")}
          checked={options.p_force_update}
          onChange={(p_force_update) => setOptions({ ...options, p_force_update })}
        />
        <Switch
          label={t("pruneDuplicates")}
          hint={t("pruneDuplicatesWhy")}
          checked={options.p_prune_duplicates}
          onChange={(p_prune_duplicates) => setOptions({ ...options, p_prune_duplicates })}
        />
      </div>
      <div class="actions below">
        <Button onPress={look} disabled={isPlanning}>{t("planMigration")}</Button>
        <Button onPress={() => setAsked(true)} disabled={isRunning}>{t("startMigration")}</Button>
      </div>
      {plan.value && <PlanView plan={plan.value} />}
      {run.error !== undefined && <Failure error={run.error} onRetry={run.reload} />}
      {run.value === undefined && run.isLoading && <Skeleton />}
      {run.value === null && <p class="hint">{t("noMigration")}</p>}
      {run.value && <RunView report={run.value} />}
      {isAsked && (
        <Dialog title={t("startMigration")} onClose={() => setAsked(false)}>
          <p>{t("startMigrationWhy")}</p>
          {options.p_force_update && <p>{t("forceUpdateWhy")}</p>}
          {options.p_prune_duplicates && <p>{t("pruneDuplicatesWhy")}</p>}
          <div class="actions">
            <Button onPress={() => setAsked(false)}>{t("cancel")}</Button>
            <Button kind="main" onPress={start}>{t("startMigration")}</Button>
          </div>
        </Dialog>
      )}
    </>
  );
}

/** Null where there has been none yet. */
function orNull<Value>(ask: () => Promise<Value>): () => Promise<Value | null> {
  return async () => {
    try {
      return await ask();
    } catch (error) {
      if (error instanceof ApiError && error.code === "not_found") return null;
      throw error;
    }
  };
}
