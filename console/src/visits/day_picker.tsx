import type { VNode } from "preact";
import { addDays, todayIn } from "../../../shared/tools/local_date.ts";
import { t } from "../i18n.ts";
import type { Organization } from "../organization.ts";
import { go, href } from "../router.ts";

/** The day before, the day after, today, or any. */
export function DayPicker(
  { organization, day }: { organization: Organization; day: string },
): VNode {
  const to = (other: string) => href(organization.id, "today", { day: other });
  return (
    <div class="day-picker">
      <a class="button" href={to(addDays(day, -1))} aria-label={t("previousDay")}>‹</a>
      <a class="button" href={to(todayIn(organization.timezone, new Date()))}>{t("today")}</a>
      <a class="button" href={to(addDays(day, 1))} aria-label={t("nextDay")}>›</a>
      <input
        type="date"
        aria-label={t("day")}
        value={day}
        onChange={({ currentTarget: { value } }) => value !== "" && go(to(value))}
      />
    </div>
  );
}
