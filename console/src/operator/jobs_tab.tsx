import type { VNode } from "preact";
import { useState } from "preact/hooks";
import { call } from "../../client/call.ts";
import { t, tWord } from "../i18n.ts";
import { useLoad } from "../load.ts";
import { usePolling } from "../poll.ts";
import { href, place, replace } from "../router.ts";
import { client } from "../session.ts";
import { Button } from "../ui/button.tsx";
import { JobRow } from "./job_row.tsx";
import { type JobAct, JobsDialog } from "./jobs_dialog.tsx";
import { badgeOf } from "./job_words.ts";
import { Listing } from "../ui/listing.tsx";

const queues = ["tool-sync", "outbox"] as const;
const SHOWN = 200;

/** Jobs by queue, state, clinic and key; the filters are part of the address. */
export function JobsTab(): VNode {
  const { query } = place.value;
  const read = (name: string) => query.get(name) ?? "";
  const filter = {
    queue: read("queue"),
    state: read("state"),
    org: read("org"),
    key: read("key"),
  };
  const which = {
    ...(filter.queue && { p_queue: filter.queue }),
    ...(filter.org && { p_org_id: filter.org }),
    ...(filter.key && { p_key: filter.key }),
  };
  const rows = useLoad(`jobs ${JSON.stringify(filter)}`, () =>
    call(client.value, "operator_jobs", {
      ...which,
      ...(filter.state && { p_status: filter.state }),
    }));
  const counts = useLoad(
    `counts ${JSON.stringify(which)}`,
    () => call(client.value, "operator_job_counts", which),
  );
  const reload = async () => void await Promise.all([rows.reload(), counts.reload()]);
  usePolling(false, reload);
  const [asked, setAsked] = useState<JobAct>();
  const hrefWith = (change: Partial<typeof filter>) =>
    href(
      "operator",
      "jobs",
      Object.fromEntries(
        Object.entries({ ...filter, ...change }).filter(([, value]) => value !== ""),
      ),
    );
  const countOf = (state: string) =>
    counts.value?.find(({ status }) => status === state)?.jobs ?? 0;
  const queuesMeant = filter.queue ? [filter.queue] : queues;

  return (
    <>
      <nav class="states" aria-label={t("state")}>
        {counts.value?.map(({ status, jobs }) => (
          <a
            key={status}
            href={hrefWith({ state: status === filter.state ? "" : status })}
            aria-current={status === filter.state ? "true" : undefined}
          >
            <strong class="number">{jobs}</strong>
            <span class={`badge ${badgeOf(status)}`}>{tWord("job", status)}</span>
          </a>
        ))}
      </nav>
      <div class="filters">
        <select
          aria-label={t("queue")}
          value={filter.queue}
          onChange={(event) => replace(hrefWith({ queue: event.currentTarget.value }))}
        >
          <option value="">{t("queue")}: {t("all")}</option>
          {queues.map((name) => <option key={name} value={name}>{name}</option>)}
        </select>
        <input
          type="search"
          aria-label={t("key")}
          placeholder={t("key")}
          value={filter.key}
          onChange={(event) => replace(hrefWith({ key: event.currentTarget.value }))}
        />
        <input
          type="search"
          aria-label={t("organization")}
          placeholder={t("organizationId")}
          value={filter.org}
          onChange={(event) => replace(hrefWith({ org: event.currentTarget.value }))}
        />
        {countOf("dead") > 0 && (
          <Button onPress={() => setAsked("retry")}>{t("retryMatching")}</Button>
        )}
        {(filter.org !== "" || filter.key !== "") && countOf("pending") + countOf("dead") > 0 && (
          <Button onPress={() => setAsked("cancel")}>{t("cancelMatching")}</Button>
        )}
      </div>
      <Listing
        rows={{ ...rows, value: rows.value?.slice(0, SHOWN) }}
        label={t("op_jobs")}
        empty={t("noJobs")}
        columns={[t("state"), t("kind"), t("key"), t("attempts"), t("requested"), t("took"), ""]}
      >
        {(job) => <JobRow key={job.id} job={job} onDone={reload} />}
      </Listing>
      {(rows.value?.length ?? 0) > SHOWN && <p class="hint">{t("atMost", { n: SHOWN })}</p>}
      {asked && (
        <JobsDialog
          act={asked}
          queues={queuesMeant}
          which={which}
          counts={{ pending: countOf("pending"), dead: countOf("dead") }}
          onClose={() => setAsked(undefined)}
          onDone={reload}
        />
      )}
    </>
  );
}
