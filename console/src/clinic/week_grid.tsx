import type { VNode } from "preact";
import { useState } from "preact/hooks";
import { answerOf } from "../../client/client.ts";
import { weekdayName } from "../clock.ts";
import { t } from "../i18n.ts";
import { client } from "../session.ts";
import { Button } from "../ui/button.tsx";
import { attempt, say } from "../ui/toast.tsx";
import { type Hours, hoursChanges, nextHours } from "./hours.ts";

interface Props {
  orgId: string;
  calendarId: string | null;
  week: readonly Hours[];
  canEdit: boolean;
  onChanged: () => Promise<void>;
}

const weekdays = [1, 2, 3, 4, 5, 6, 7];

/** A week of opening hours, a line for each day. */
export function WeekGrid({ orgId, calendarId, week, canEdit, onChanged }: Props): VNode {
  const [draft, setDraft] = useState<readonly Hours[]>(week);
  const { removed, changed, added } = hoursChanges(week, draft);
  const isChanged = removed.length + changed.length + added.length > 0;
  const write = (row: Hours, change: Partial<Hours>) =>
    setDraft(draft.map((other) => other === row ? { ...row, ...change } : other));

  const save = () =>
    attempt(async () => {
      for (const id of removed) {
        await answerOf(
          client.value.from("business_hours").delete().eq("id", id).select("id").single(),
        );
      }
      for (const { id, opens, closes } of changed) {
        await answerOf(
          client.value.from("business_hours").update({ opens, closes }).eq("id", id).select("id")
            .single(),
        );
      }
      for (const { weekday, opens, closes } of added) {
        await answerOf(
          client.value.from("business_hours").insert({
            org_id: orgId,
            calendar_id: calendarId,
            weekday,
            opens,
            closes,
          }).select("id").single(),
        );
      }
      say(t("saved"));
    }).finally(onChanged);

  return (
    <form
      class="week"
      onSubmit={(event) => {
        event.preventDefault();
        save();
      }}
    >
      {weekdays.map((weekday) => {
        const day = weekdayName(weekday);
        const rows = draft.filter((row) => row.weekday === weekday);
        return (
          <div class="day" key={weekday} role="group" aria-label={day}>
            <strong>{day}</strong>
            <div>
              {rows.length === 0 && <span class="faint">{t("closed")}</span>}
              {rows.map((row, at) => (
                <p class="hours-row" key={row.id ?? at}>
                  <input
                    type="time"
                    required
                    aria-label={t("opensOn", { day })}
                    value={row.opens}
                    disabled={!canEdit}
                    onInput={(event) => write(row, { opens: event.currentTarget.value })}
                  />
                  <span aria-hidden="true">–</span>
                  <input
                    type="time"
                    required
                    aria-label={t("closesOn", { day })}
                    value={row.closes}
                    disabled={!canEdit}
                    onInput={(event) => write(row, { closes: event.currentTarget.value })}
                  />
                  {canEdit && (
                    <Button
                      kind="quiet"
                      label={t("removeHoursOn", { day })}
                      onPress={() => setDraft(draft.filter((other) => other !== row))}
                    >
                      ✕
                    </Button>
                  )}
                </p>
              ))}
            </div>
            {canEdit && (
              <Button
                kind="quiet"
                label={t("addHoursOn", { day })}
                onPress={() => setDraft([...draft, nextHours(draft, weekday)])}
              >
                +
              </Button>
            )}
          </div>
        );
      })}
      {canEdit && (
        <div class="actions">
          <Button kind="main" type="submit" disabled={!isChanged}>{t("save")}</Button>
        </div>
      )}
    </form>
  );
}
