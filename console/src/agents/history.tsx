import type { VNode } from "preact";
import type { Sync } from "../../client/results.ts";
import { dateTimeOf, zoneName } from "../clock.ts";
import { t, tWord } from "../i18n.ts";

/** The latest syncs of an agent: the result of each, and how long it took. */
export function SyncHistory({ rows, timezone }: { rows: Sync[]; timezone: string }): VNode {
  return (
    <details>
      <summary>{t("history")}</summary>
      {rows.length === 0 ? <p class="hint">{t("noHistory")}</p> : (
        <>
          <p class="hint">{t("timesIn", { zone: zoneName(timezone) })}</p>
          <ol class="history">
            {rows.map((sync) => (
              <li key={sync.sync_id}>
                <time dateTime={sync.requested_at}>{dateTimeOf(sync.requested_at, timezone)}</time>
                <span class={`badge ${sync.sync_state}`}>{tWord("sync", sync.sync_state)}</span>
                <span class="faint">
                  {[
                    duration(sync),
                    sync.attempts > 1 && t("tries", { n: sync.attempts }),
                    sync.last_error?.message,
                  ]
                    .filter(Boolean).join(" · ")}
                </span>
              </li>
            ))}
          </ol>
        </>
      )}
    </details>
  );
}

function duration({ requested_at, finished_at }: Sync): string {
  if (finished_at === null) return "";
  const ms = Date.parse(finished_at) - Date.parse(requested_at);
  return ms < 1000 ? `${ms} ms` : `${(ms / 1000).toFixed(1)} s`;
}
