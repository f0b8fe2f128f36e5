import type { VNode } from "preact";
import { call } from "../../client/call.ts";
import { t } from "../i18n.ts";
import { useLoad } from "../load.ts";
import { usePolling } from "../poll.ts";
import { href, place } from "../router.ts";
import { client } from "../session.ts";
import { Failure } from "../ui/notice.tsx";
import { Skeleton } from "../ui/skeleton.tsx";
import { Chart } from "./chart.tsx";
import { chartsOf } from "./figures.ts";

const spans = [2, 24, 168] as const;

/** The activity of the last hours, as charts: the span is part of the address. */
export function FiguresTab(): VNode {
  const asked = Number(place.value.query.get("hours"));
  const hours = spans.find((span) => span === asked) ?? 24;
  const rows = useLoad(
    `figures ${hours}`,
    () => call(client.value, "operator_figures", { p_hours: hours }),
  );
  usePolling(false, rows.reload);
  return (
    <>
      <nav class="spans below" aria-label={t("span")}>
        {spans.map((span) => (
          <a
            key={span}
            href={href("operator", "figures", { hours: String(span) })}
            aria-current={span === hours ? "true" : undefined}
          >
            {span < 168 ? t("hoursN", { n: span }) : t("daysN", { n: span / 24 })}
          </a>
        ))}
      </nav>
      {rows.error !== undefined && <Failure error={rows.error} onRetry={rows.reload} />}
      {rows.value === undefined && rows.isLoading && <Skeleton />}
      {rows.value && (
        <div class="charts">
          {chartsOf(rows.value, { hours, now: Date.now() }).map((chart) => (
            <Chart key={chart.title} chart={chart} />
          ))}
        </div>
      )}
    </>
  );
}
