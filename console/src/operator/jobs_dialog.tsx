import type { VNode } from "preact";
import { call } from "../../client/call.ts";
import { t } from "../i18n.ts";
import { client } from "../session.ts";
import { Button } from "../ui/button.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { attempt, say } from "../ui/toast.tsx";

export type JobAct = "retry" | "cancel";

interface Props {
  act: JobAct;
  queues: readonly string[];
  /** Of which organization, under which key. */
  which: { p_org_id?: string; p_key?: string };
  counts: { pending: number; dead: number };
  onClose: () => void;
  onDone: () => Promise<void>;
}

/** Asks before it retries or cancels all matching jobs, and reports how many there were. */
export function JobsDialog({ act, queues, which, counts, onClose, onDone }: Props): VNode {
  const { p_org_id, p_key } = which;
  const only = { ...(p_org_id && { p_org_id }), ...(p_key && { p_key }) };
  const isRetry = act === "retry";
  const go = () =>
    attempt(async () => {
      let count = 0;
      for (const p_queue of queues) {
        const name = isRetry ? "operator_retry_jobs" : "operator_cancel_jobs";
        count += (await call(client.value, name, { p_queue, ...only })).count;
      }
      say(t(isRetry ? "retried" : "cancelled", { n: count }));
      onClose();
      await onDone();
    });
  return (
    <Dialog title={t(isRetry ? "retryMatching" : "cancelMatching")} onClose={onClose}>
      <p>
        {isRetry ? t("retryMatchingWhy", { n: counts.dead }) : t("cancelMatchingWhy", counts)}
      </p>
      <div class="actions">
        <Button onPress={onClose}>{t("close")}</Button>
        <Button kind={isRetry ? "main" : "danger"} onPress={go}>
          {t(isRetry ? "retryMatching" : "cancelMatching")}
        </Button>
      </div>
    </Dialog>
  );
}
