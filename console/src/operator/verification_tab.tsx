import type { VNode } from "preact";
import { useState } from "preact/hooks";
import { type Args, call } from "../../client/call.ts";
import { dateTimeOf } from "../clock.ts";
import { t } from "../i18n.ts";
import { useLoad } from "../load.ts";
import { usePolling } from "../poll.ts";
import { client } from "../session.ts";
import { Button } from "../ui/button.tsx";
import { Failure } from "../ui/notice.tsx";
import { Skeleton } from "../ui/skeleton.tsx";
import { attempt, say } from "../ui/toast.tsx";
import { FindingRow, findingsSchema } from "./finding_row.tsx";
import { here } from "./here.ts";

/** What was found when Vapi was compared with this deployment, the latest report first. */
export function VerificationTab(): VNode {
  const reports = useLoad("verifications", () => call(client.value, "operator_verifications"));
  const [asked, setAsked] = useState<string | undefined>();
  const [latest, ...older] = reports.value ?? [];
  const isVerifying = asked !== undefined && asked === (latest?.id ?? "");
  usePolling(isVerifying, reports.reload);
  const verify = () =>
    attempt(async () => {
      await call(client.value, "operator_verify");
      setAsked(latest?.id ?? "");
    });
  const repair = (which: Args<"operator_repair">) =>
    attempt(async () => {
      await call(client.value, "operator_repair", which);
      say(t("repairAsked"));
      setAsked(latest?.id ?? "");
    });
  return (
    <>
      <p class="hint">{t("verifyWhy")}</p>
      <div class="actions below">
        <Button onPress={verify} disabled={isVerifying}>
          {t(isVerifying ? "verifying" : "verifyNow")}
        </Button>
        {latest && findingsSchema.parse(latest.findings).some(({ fix }) => fix) && (
          <Button onPress={() => repair({})} disabled={isVerifying}>{t("repairAll")}</Button>
        )}
      </div>
      {reports.error !== undefined && <Failure error={reports.error} onRetry={reports.reload} />}
      {reports.value === undefined && reports.isLoading && <Skeleton />}
      {reports.value?.length === 0 && <p class="hint">{t("noVerifications")}</p>}
      {latest && <Report report={latest} onRepair={repair} />}
      {older.map((report) => <Report key={report.id} report={report} />)}
    </>
  );
}

interface ReportProps {
  report: { checked_at: string; ok: boolean; findings: unknown };
  /** Of the latest report. */
  onRepair?: (which: Args<"operator_repair">) => Promise<boolean>;
}

function Report({ report, onRepair }: ReportProps): VNode {
  const findings = findingsSchema.parse(report.findings);
  return (
    <details open={onRepair !== undefined}>
      <summary>
        {dateTimeOf(report.checked_at, here)}{" "}
        <span class={`badge ${report.ok ? "ok" : "failed"}`}>
          {findings.length === 0 ? t("verified_ok") : t("verified_wrong", { n: findings.length })}
        </span>
      </summary>
      {findings.length > 0 && (
        <ul class="findings">
          {findings.map((finding, at) => (
            <FindingRow key={at} finding={finding} onRepair={onRepair} />
          ))}
        </ul>
      )}
    </details>
  );
}
