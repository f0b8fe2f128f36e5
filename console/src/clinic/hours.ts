/** Opening hours as a week: what is typed, and which changes have to be written. */
import type { Tables } from "../../../shared/database_types.ts";

export interface Hours {
  /** Undefined for a row that is not stored yet. */
  readonly id?: string;
  readonly weekday: number;
  readonly opens: string;
  readonly closes: string;
}

/** The rows of a calendar, or of the clinic (null), as `HH:MM`. */
export function weekOf(
  rows: readonly Tables<"business_hours">[],
  calendarId: string | null,
): Hours[] {
  return rows.filter(({ calendar_id }) => calendar_id === calendarId).map((
    { id, weekday, opens, closes },
  ) => ({ id, weekday, opens: opens.slice(0, 5), closes: closes.slice(0, 5) }));
}

export interface HoursChanges {
  readonly removed: readonly string[];
  readonly changed: readonly (Hours & { id: string })[];
  readonly added: readonly Hours[];
}

export function hoursChanges(before: readonly Hours[], after: readonly Hours[]): HoursChanges {
  const kept = new Map(before.map((row) => [row.id, row]));
  return {
    removed: before.flatMap(({ id }) => id && !after.some((row) => row.id === id) ? [id] : []),
    changed: after.flatMap((row) => {
      const old = kept.get(row.id);
      const isChanged = old && (old.opens !== row.opens || old.closes !== row.closes);
      return row.id !== undefined && isChanged ? [{ ...row, id: row.id }] : [];
    }),
    added: after.filter(({ id }) => id === undefined),
  };
}

/** Two hours after the day's last, or else nine to five. */
export function nextHours(week: readonly Hours[], weekday: number): Hours {
  const last = week.filter((row) => row.weekday === weekday).map(({ closes }) => closes).toSorted()
    .at(-1);
  if (last === undefined) return { weekday, opens: "09:00", closes: "17:00" };
  const hour = Math.min(Number(last.slice(0, 2)) + 1, 22);
  const clock = (hour: number) => `${String(hour).padStart(2, "0")}:00`;
  return { weekday, opens: clock(hour), closes: clock(hour + 1) };
}
