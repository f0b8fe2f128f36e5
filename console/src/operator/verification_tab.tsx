import type { VNode } from "preact";
import { useState } from "preact/hooks";
import * as z from "zod/mini";
import { call } from "../../client/call.ts";
import { dateTimeOf } from "../clock.ts";
import { t } from "../i18n.ts";
import { useLoad } from "../load.ts";
import { usePolling } from "../poll.ts";
import { client } from "../session.ts";
import { Button } from "../ui/button.tsx";
import { Failure } from "../ui/notice.tsx";
import { Skeleton } from "../ui/skeleton.tsx";
import { attempt } from "../ui/toast.tsx";
import { here } from "./here.ts";

const findingsSchema = z.catch(
  z.array(
    z.looseObject({
      code: z.string(),
      severity: z.string(),
      agentId: z.optional(z.string()),
      assistantId: z.optional(z.string()),
      tool: z.optional(z.string()),
      repair: z.optional(z.unknown()),
    }),
  ),
  [],
);

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
  return (
    <>
      <p class="hint">{t("verifyWhy")}</p>
      <div class="actions below">
        <Button onPress={verify} disabled={isVerifying}>
          {t(isVerifying ? "verifying" : "verifyNow")}
        </Button>
      </div>
      {reports.error !== undefined && <Failure error={reports.error} onRetry={reports.reload} />}
      {reports.value === undefined && reports.isLoading && <Skeleton />}
      {reports.value?.length === 0 && <p class="hint">{t("noVerifications")}</p>}
      {latest && <Report report={latest} isOpen />}
      {older.map((report) => <Report key={report.id} report={report} />)}
    </>
  );
}

interface ReportProps {
  report: { ok: boolean; checked_at: string; findings: unknown };
  isOpen?: boolean;
}

function Report({ report, isOpen = false }: ReportProps): VNode {
  const findings = findingsSchema.parse(report.findings);
  return (
    <details open={isOpen}>
      <summary>
        {dateTimeOf(report.checked_at, here)}{" "}
        <span class={`badge ${report.ok ? "ok" : "failed"}`}>
          {findings.length === 0 ? t("verified_ok") : t("verified_wrong", { n: findings.length })}
        </span>
      </summary>
      <ul class="sent">
        {findings.map((finding, at) => (
          <li key={at}>
            <strong>{finding.code}</strong> <span class="faint">{finding.severity}</span>
            <p class="faint">{finding.tool ?? finding.agentId ?? finding.assistantId ?? ""}</p>
            {typeof finding.repair === "string" && <p>{t("repair")}: {finding.repair}</p>}
          </li>
        ))}
      </ul>
    </details>
  );
}
