import type { VNode } from "preact";
import { dateTimeOf } from "../clock.ts";
import { t, tWord } from "../i18n.ts";
import type { Chart as ChartData } from "./figures.ts";
import { here } from "./here.ts";
import { secondsOf } from "./job_words.ts";

const WIDTH = 400;
const HEIGHT = 84;
const LINE = 34;

/** Stacked bars over time, below them a line with the durations, and the sums in words. */
export function Chart({ chart: { title, starts, series, p95 } }: { chart: ChartData }): VNode {
  const sums = series.map(({ values }) => values.reduce((sum, value) => sum + value, 0));
  const highest = Math.max(1, ...starts.map((_, at) => heightAt(series, at, series.length)));
  const slowest = Math.max(0, ...(p95 ?? []).map((value) => value ?? 0));
  const wide = WIDTH / starts.length;
  const shown = series.filter((_, at) => (sums[at] ?? 0) > 0);
  const isEmpty = shown.length === 0;
  return (
    <figure class="chart">
      <figcaption>
        <h2>{t(title)}</h2>
        <p class="facts">
          {isEmpty && <span class="faint">{t("nothingCounted")}</span>}
          {series.map(({ name, tone }, at) =>
            (sums[at] ?? 0) > 0 && (
              <span key={name} class={`key ${tone}`}>
                {tWord("series", name)} <strong class="number">{sums[at]}</strong>
              </span>
            )
          )}
        </p>
      </figcaption>
      <svg
        viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
        preserveAspectRatio="none"
        role="img"
        aria-label={t("chartSays", { title: t(title), most: highest })}
      >
        {series.map(({ name, tone, values }, place) =>
          values.map((value, at) =>
            value > 0 && (
              <rect
                key={`${name} ${at}`}
                class={tone}
                x={at * wide + wide * .08}
                width={wide * .84}
                y={HEIGHT - (heightAt(series, at, place + 1) / highest) * HEIGHT}
                height={Math.max(1, value / highest * HEIGHT)}
              >
                <title>
                  {`${dateTimeOf(new Date(starts[at] ?? 0).toISOString(), here)} · ${
                    tWord("series", name)
                  } ${value}`}
                </title>
              </rect>
            )
          )
        )}
      </svg>
      {p95 && slowest > 0 && (
        <>
          <svg
            class="line"
            viewBox={`0 0 ${WIDTH} ${LINE}`}
            preserveAspectRatio="none"
            role="img"
            aria-label={t("chartP95", { time: secondsOf(slowest) })}
          >
            <polyline
              points={p95.flatMap((value, at) =>
                value === null
                  ? []
                  : [`${(at + .5) * wide},${LINE - 2 - value / slowest * (LINE - 4)}`]
              ).join(" ")}
            />
          </svg>
          <p class="faint number">{t("chartP95", { time: secondsOf(slowest) })}</p>
        </>
      )}
      <p class="axis faint number">
        <span>{dateTimeOf(new Date(starts[0] ?? 0).toISOString(), here)}</span>
        <span>{isEmpty ? "" : t("mostInOne", { n: highest })}</span>
        <span>{t("now")}</span>
      </p>
    </figure>
  );
}

/** The number of the first series' events in a step, together. */
function heightAt(series: ChartData["series"], at: number, count: number): number {
  return series.slice(0, count).reduce((sum, { values }) => sum + (values[at] ?? 0), 0);
}
