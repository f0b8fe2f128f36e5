import type { VNode } from "preact";
import { call } from "../../client/call.ts";
import { dateTimeOf } from "../clock.ts";
import { t, tWord } from "../i18n.ts";
import { useLoad } from "../load.ts";
import { usePolling } from "../poll.ts";
import { href } from "../router.ts";
import { client } from "../session.ts";
import { Failure } from "../ui/notice.tsx";
import { Skeleton } from "../ui/skeleton.tsx";
import { here } from "./here.ts";
import { badgeOf, took } from "./job_words.ts";
import { attemptsOf, type Stretch, type TracedAttempt, type TracedJob } from "./waterfall.ts";

/** A job, or all jobs of one request: where the time went, attempt by attempt. */
export function TracePage({ id }: { id: string }): VNode {
  const jobs = useLoad(`trace ${id}`, () => call(client.value, "operator_trace", { p_id: id }));
  const isOpen = jobs.value?.some(({ finished_at }) => !finished_at) ?? false;
  usePolling(isOpen, jobs.reload);
  if (jobs.value === undefined) {
    return jobs.isLoading ? <Skeleton /> : <Failure error={jobs.error} onRetry={jobs.reload} />;
  }
  return (
    <>
      <p class="below">
        <a href={href("operator", "jobs")}>{t("op_jobs")}</a> / <code>{id}</code>
      </p>
      {jobs.value.length === 0 && <p class="hint">{t("noTrace")}</p>}
      {jobs.value.map((job) => <TracedJobView key={job.job_id} job={job} />)}
    </>
  );
}

function TracedJobView({ job }: { job: TracedJob }): VNode {
  const attempts = attemptsOf(job);
  return (
    <section>
      <h2>{job.key}</h2>
      <p class="facts below">
        <span class={`badge ${badgeOf(job.status)}`}>{tWord("job", job.status)}</span>
        {job.outcome && <span class="faint">{job.outcome}</span>}
        {job.organization && (
          <a href={href("operator", "jobs", { org: job.org_id })}>{job.organization}</a>
        )}
        <span>{dateTimeOf(job.requested_at, here)}</span>
        {job.finished_at && (
          <span class="number">
            {t("inAll", { time: took(job.requested_at, job.finished_at) })}
          </span>
        )}
        {job.superseded_by && (
          <a href={href("operator", "jobs", job.superseded_by)}>{t("carriedOn")}</a>
        )}
        {job.request_id && job.request_id !== job.job_id && (
          <a href={href("operator", "jobs", job.request_id)}>{t("sameRequest")}</a>
        )}
      </p>
      <ol class="attempts">
        {attempts.map((attempt, at) => (
          <li key={attempt.startedAt}>
            <AttemptView attempt={attempt} number={at + 1} />
          </li>
        ))}
        {job.status === "pending" && (
          <li>
            <p class="faint">{t("nextTry", { time: dateTimeOf(job.run_at, here) })}</p>
          </li>
        )}
      </ol>
    </section>
  );
}

function AttemptView({ attempt, number }: { attempt: TracedAttempt; number: number }): VNode {
  const { startedAt, ms, error, stretches, total } = attempt;
  return (
    <>
      <p class="facts">
        <strong>{t("attemptN", { n: number })}</strong>
        <span class="faint">{dateTimeOf(startedAt, here)}</span>
        <span class="number faint">{ms === null ? t("job_running") : `${ms} ms`}</span>
        {error && <span class="problem">{error.code}: {error.message}</span>}
      </p>
      {stretches.length > 0 && (
        <ol class="waterfall">
          {stretches.map((stretch, at) => <StretchView key={at} stretch={stretch} total={total} />)}
        </ol>
      )}
    </>
  );
}

function StretchView(
  { stretch: { kind, label, status, from, ms }, total }: { stretch: Stretch; total: number },
): VNode {
  const isWrong = kind === "requested" && (status == null || status >= 400);
  return (
    <li class={isWrong ? "wrong" : kind}>
      <span class="what">
        {label === undefined ? t(`stretch_${kind}`) : <code>{label}</code>}
        {kind === "requested" && <span class="status number">{status ?? t("noAnswer")}</span>}
      </span>
      <span class="track">
        <span style={{ left: `${from / total * 100}%`, width: `${ms / total * 100}%` }} />
      </span>
      <span class="number">{Math.round(ms)} ms</span>
    </li>
  );
}
