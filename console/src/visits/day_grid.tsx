import type { VNode } from "preact";
import type { Tables } from "../../../shared/database_types.ts";
import type { Visit } from "../../client/visits.ts";
import { minutesOf, timeOf } from "../clock.ts";
import { locale, t, tWord } from "../i18n.ts";
import { Empty } from "../ui/empty.tsx";

interface Props {
  visits: readonly Visit[];
  calendars: readonly Tables<"calendars">[];
  timezone: string;
  onOpen: (visit: Visit) => void;
}

/** Rows of the grid are five minutes each. */
const ROW = 5;
const rowOf = (minutes: number) => Math.floor(minutes / ROW);
/** Visits to come, or that took place; the others are mentioned in a line. */
const shown: readonly string[] = ["confirmed", "held", "completed", "no_show"];

/** Visits by calendar and hour. On a narrow screen, a list for each calendar. */
export function DayGrid({ visits, calendars, timezone, onOpen }: Props): VNode {
  const live = visits.filter(({ state, starts_at, ends_at }) =>
    shown.includes(state) && (state !== "held" || starts_at < ends_at)
  );
  const cancelled = visits.filter(({ state }) => state === "cancelled").length;
  if (live.length === 0) {
    return (
      <Empty title={t("noVisits")}>
        <p>{t("noVisitsWhy")}</p>
        {cancelled > 0 && <p class="faint">{t("cancelledHidden", { n: cancelled })}</p>}
      </Empty>
    );
  }
  const starts = live.map(({ starts_at }) => minutesOf(starts_at, timezone));
  const lengths = live.map((visit) => lengthOf(visit));
  const first = Math.min(9, Math.floor(Math.min(...starts) / 60));
  const last = Math.max(
    17,
    Math.ceil(Math.max(...starts.map((start, at) => start + (lengths[at] ?? 0))) / 60),
  );
  const hours = Array.from({ length: Math.min(24, last) - first }, (_, at) => first + at);
  const used = calendars.filter(({ id, for_tests }) =>
    !for_tests || live.some(({ calendars }) => calendars.id === id)
  );

  return (
    <>
      <div class="day-grid" style={{ "--columns": String(used.length) }}>
        <ol class="hours" aria-hidden="true">
          {hours.map((hour) => <li key={hour}>{hourName(hour)}</li>)}
        </ol>
        {used.map(({ id, name }) => (
          <section key={id} aria-label={name}>
            <h2>{name}</h2>
            <ol style={{ "--rows": String(hours.length * 60 / ROW) }}>
              {live.filter((visit) => visit.calendars.id === id).map((visit) => {
                const row = rowOf(minutesOf(visit.starts_at, timezone) - first * 60) + 1;
                const span = Math.max(3, Math.ceil(lengthOf(visit) / ROW));
                return (
                  <li key={visit.id} style={{ gridRow: `${row} / span ${span}` }}>
                    <button
                      type="button"
                      class={`visit ${visit.state}`}
                      onClick={() => onOpen(visit)}
                    >
                      <span class="number">
                        {timeOf(visit.starts_at, timezone)}
                        {visit.attending_at && (
                          <span role="img" aria-label={t("comes")} title={t("comes")}>&ensp;✓</span>
                        )}
                      </span>
                      <strong>{visit.patient_name ?? visit.contacts?.name ?? t("someone")}</strong>
                      <span class="what">
                        {visit.services.name}
                        {visit.state !== "confirmed" && ` · ${tWord("visit", visit.state)}`}
                      </span>
                    </button>
                  </li>
                );
              })}
            </ol>
          </section>
        ))}
      </div>
      {cancelled > 0 && <p class="hint">{t("cancelledHidden", { n: cancelled })}</p>}
    </>
  );
}

function lengthOf({ starts_at, ends_at }: Visit): number {
  return (Date.parse(ends_at) - Date.parse(starts_at)) / 60_000;
}

function hourName(hour: number): string {
  return new Intl.DateTimeFormat(locale.value, { hour: "numeric", timeZone: "UTC" })
    .format(new Date(Date.UTC(2026, 0, 1, hour)));
}
