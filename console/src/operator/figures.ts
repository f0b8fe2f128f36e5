/** Charts of what was counted and timed: rows of the database, arranged in equal steps of time. */
import type { Result } from "../../client/call.ts";
import type { StringKey } from "../i18n.ts";

export type Tone = "good" | "soft" | "wait" | "wrong";

export interface Chart {
  title: StringKey;
  /** Times at which the steps begin. */
  starts: number[];
  /** Stacked, the first at the bottom; each has a value for each step. */
  series: { name: string; tone: Tone; values: number[] }[];
  /** Within how many seconds 95 % of the first series were over, by step; null if nothing was timed. */
  p95: (number | null)[] | null;
}

type Row = Pick<
  Result<"operator_figures">[number],
  "metric" | "series" | "starts_at" | "events" | "p95_seconds"
>;

const charts: readonly {
  title: StringKey;
  metric: string;
  isTimed?: boolean;
  series: readonly (readonly [string, Tone])[];
}[] = [
  {
    title: "chart_tools",
    metric: "tool_call_seconds",
    isTimed: true,
    series: [["ok", "good"], ["refused", "soft"], ["failed", "wrong"]],
  },
  {
    title: "chart_syncs",
    metric: "sync_seconds",
    isTimed: true,
    series: [["interactive", "good"], ["bulk", "soft"]],
  },
  {
    title: "chart_vapi",
    metric: "vapi_request_seconds",
    isTimed: true,
    series: [["2xx", "good"], ["4xx", "wait"], ["429", "wait"], ["5xx", "wrong"], [
      "none",
      "wrong",
    ]],
  },
  {
    title: "chart_jobs",
    metric: "jobs_ended",
    series: [["succeeded", "good"], ["superseded", "soft"], ["dead", "wrong"]],
  },
  {
    title: "chart_bookings",
    metric: "bookings",
    series: [["confirmed", "good"], ["cancelled", "soft"]],
  },
  {
    title: "chart_messages",
    metric: "outbox_messages",
    series: [["sms", "good"], ["email", "soft"], ["calendar_event", "wait"]],
  },
];

/** The charts of the last hours: one step per hour, or per minute for up to two hours. Steps without a row are 0. */
export function chartsOf(
  rows: readonly Row[],
  { hours, now }: { hours: number; now: number },
): Chart[] {
  const step = hours <= 2 ? 60_000 : 3_600_000;
  const last = Math.floor(now / step) * step;
  const count = hours * 3_600_000 / step + 1;
  const starts = Array.from({ length: count }, (_, at) => last - (count - 1 - at) * step);
  const known = new Map(
    rows.map((row) => [`${row.metric} ${row.series} ${Date.parse(row.starts_at)}`, row]),
  );
  return charts.map(({ title, metric, isTimed = false, series }) => {
    const at = (name: string, start: number) => known.get(`${metric} ${name} ${start}`);
    const main = series[0]?.[0] ?? "";
    return {
      title,
      starts,
      series: series.map(([name, tone]) => ({
        name,
        tone,
        values: starts.map((start) => at(name, start)?.events ?? 0),
      })),
      p95: isTimed ? starts.map((start) => at(main, start)?.p95_seconds ?? null) : null,
    };
  });
}
