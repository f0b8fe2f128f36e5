import type { VNode } from "preact";
import * as z from "zod/mini";
import { call, type Result } from "../../client/call.ts";
import { dateTimeOf } from "../clock.ts";
import { t, tWord } from "../i18n.ts";
import { href } from "../router.ts";
import { client } from "../session.ts";
import { Button } from "../ui/button.tsx";
import { attempt, say } from "../ui/toast.tsx";
import { here } from "./here.ts";
import { badgeOf, took } from "./job_words.ts";

type Job = Result<"operator_jobs">[number];

const errorSchema = z.catch(z.looseObject({ code: z.string(), message: z.string() }), {
  code: "",
  message: "",
});

/** One job: its state, what stopped it, and what can be done about it. */
export function JobRow({ job, onDone }: { job: Job; onDone: () => Promise<void> }): VNode {
  const { code, message } = errorSchema.parse(job.last_error);
  const only = { p_queue: job.queue, p_key: job.key };
  const retry = () =>
    attempt(async () => {
      const { count } = await call(client.value, "operator_retry_jobs", only);
      say(t("retried", { n: count }));
      await onDone();
    });
  const cancel = () =>
    attempt(async () => {
      const { count } = await call(client.value, "operator_cancel_jobs", only);
      say(t("cancelled", { n: count }));
      await onDone();
    });
  return (
    <tr>
      <td>
        <span class={`badge ${badgeOf(job.status)}`}>{tWord("job", job.status)}</span>
      </td>
      <td>{job.kind}</td>
      <td>
        <a href={href("operator", "jobs", job.id)}>
          <code>{job.key}</code>
        </a>
        {message && <p class="faint value">{code}: {message}</p>}
      </td>
      <td class="number">{job.attempts}</td>
      <td>{dateTimeOf(job.requested_at, here)}</td>
      <td class="number">
        {job.started_at && job.finished_at ? took(job.started_at, job.finished_at) : ""}
      </td>
      <td>
        {job.status === "dead" && !job.settled && (
          <Button kind="quiet" label={`${t("retry")}: ${job.key}`} onPress={retry}>
            {t("retry")}
          </Button>
        )}
        {job.status === "pending" && (
          <Button kind="quiet" label={`${t("cancelJob")}: ${job.key}`} onPress={cancel}>
            {t("cancelJob")}
          </Button>
        )}
      </td>
    </tr>
  );
}
