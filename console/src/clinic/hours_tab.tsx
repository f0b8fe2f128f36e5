import type { VNode } from "preact";
import { useState } from "preact/hooks";
import { t } from "../i18n.ts";
import { Field } from "../ui/field.tsx";
import { weekOf } from "./hours.ts";
import type { TabProps } from "./tab.ts";
import { WeekGrid } from "./week_grid.tsx";

/** Opening hours of the clinic, or of one calendar. */
export function HoursTab({ settings, organization, onChanged }: TabProps): VNode {
  const [calendarId, setCalendar] = useState("");
  const week = weekOf(settings.business_hours, calendarId || null);
  return (
    <section class="narrow">
      <Field label={t("hoursOf")} hint={t("hoursHint")}>
        <select value={calendarId} onChange={(event) => setCalendar(event.currentTarget.value)}>
          <option value="">{t("wholeClinic")}</option>
          {settings.calendars.map(({ id, name }) => <option key={id} value={id}>{name}</option>)}
        </select>
      </Field>
      <WeekGrid
        key={`${calendarId} ${JSON.stringify(week)}`}
        orgId={settings.id}
        calendarId={calendarId || null}
        week={week}
        canEdit={organization.isAdmin}
        onChanged={onChanged}
      />
    </section>
  );
}
