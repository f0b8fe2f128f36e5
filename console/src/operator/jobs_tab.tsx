import type { VNode } from "preact";
import { useState } from "preact/hooks";
import { call } from "../../client/call.ts";
import { t, tWord } from "../i18n.ts";
import { useLoad } from "../load.ts";
import { usePolling } from "../poll.ts";
import { href, place, replace } from "../router.ts";
import { client } from "../session.ts";
import { Button } from "../ui/button.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { attempt, say } from "../ui/toast.tsx";
import { JobRow } from "./job_row.tsx";
import { Listing } from "./listing.tsx";

const queues = ["tool-sync", "outbox"] as const;
const states = ["pending", "running", "succeeded", "superseded", "dead"] as const;
const SHOWN = 200;

/** Jobs by queue, state, clinic and key; the filters stand in the address. */
export function JobsTab(): VNode {
  const { query } = place.value;
  const filter = {
    queue: query.get("queue") ?? "",
    state: query.get("state") ?? "",
    org: query.get("org") ?? "",
    key: query.get("key") ?? "",
  };
  const rows = useLoad(`jobs ${JSON.stringify(filter)}`, () =>
    call(client.value, "operator_jobs", {
      ...(filter.queue && { p_queue: filter.queue }),
      ...(filter.state && { p_status: filter.state }),
      ...(filter.org && { p_org_id: filter.org }),
      ...(filter.key && { p_key: filter.key }),
    }));
  usePolling(false, rows.reload);
  const [retried, setRetried] = useState<string>();
  const choose = (change: Partial<typeof filter>) => {
    const next = Object.entries({ ...filter, ...change }).filter(([, value]) => value !== "");
    replace(href("operator", "jobs", Object.fromEntries(next)));
  };
  const retry = (queue: string) =>
    attempt(async () => {
      const { count } = await call(client.value, "operator_retry_jobs", {
        p_queue: queue,
        ...(filter.org && { p_org_id: filter.org }),
        ...(filter.key && { p_key: filter.key }),
      });
      say(t("retried", { n: count }));
      setRetried(undefined);
      await rows.reload();
    });
  const all = rows.value ?? [];

  return (
    <>
      <div class="filters">
        <select
          aria-label={t("queue")}
          value={filter.queue}
          onChange={(event) => choose({ queue: event.currentTarget.value })}
        >
          <option value="">{t("queue")}: {t("all")}</option>
          {queues.map((name) => <option key={name} value={name}>{name}</option>)}
        </select>
        <select
          aria-label={t("state")}
          value={filter.state}
          onChange={(event) => choose({ state: event.currentTarget.value })}
        >
          <option value="">{t("state")}: {t("all")}</option>
          {states.map((name) => <option key={name} value={name}>{tWord("job", name)}</option>)}
        </select>
        <input
          type="search"
          aria-label={t("key")}
          placeholder={t("key")}
          value={filter.key}
          onChange={(event) => choose({ key: event.currentTarget.value })}
        />
        {filter.queue !== "" && (
          <Button onPress={() => setRetried(filter.queue)}>
            {t("retryDead", { queue: filter.queue })}
          </Button>
        )}
      </div>
      <p class="hint">
        {states.map((name) =>
          `${tWord("job", name)} ${all.filter(({ status }) => status === name).length}`
        ).join(" · ")}
        {all.length > SHOWN && ` · ${t("atMost", { n: SHOWN })}`}
      </p>
      <Listing
        rows={{ ...rows, value: rows.value?.slice(0, SHOWN) }}
        label={t("op_jobs")}
        empty={t("noJobs")}
        columns={[t("state"), t("kind"), t("key"), t("attempts"), t("requested"), t("took"), ""]}
      >
        {(job) => <JobRow key={job.id} job={job} onDone={rows.reload} />}
      </Listing>
      {retried && (
        <Dialog
          title={t("retryDead", { queue: retried })}
          onClose={() => setRetried(undefined)}
        >
          <div class="actions">
            <Button onPress={() => setRetried(undefined)}>{t("cancel")}</Button>
            <Button kind="main" onPress={() => retry(retried)}>{t("retry")}</Button>
          </div>
        </Dialog>
      )}
    </>
  );
}
