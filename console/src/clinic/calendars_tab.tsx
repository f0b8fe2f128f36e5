import type { VNode } from "preact";
import { t } from "../i18n.ts";
import { client } from "../session.ts";
import { type FormField, numberOf, textOf, type Values } from "./record_form.tsx";
import { RowTable } from "./row_table.tsx";
import type { TabProps } from "./tab.ts";

/** One for each provider or room that sees one patient at a time. */
export function CalendarsTab({ settings, organization, onChanged }: TabProps): VNode {
  const fields: FormField[] = [
    { name: "name", label: t("name"), kind: "text" },
    {
      name: "google_calendar_id",
      label: t("googleCalendar"),
      hint: t("googleHint"),
      kind: "text",
      optional: true,
    },
    {
      name: "location_id",
      label: t("location"),
      kind: "choice",
      options: [["", t("none")], ...settings.locations.map(({ id, name }) => [id, name] as const)],
    },
    { name: "max_per_day", label: t("maxVisits"), kind: "number", optional: true, min: 1 },
    { name: "active", label: t("inUse"), kind: "switch" },
    { name: "for_tests", label: t("forTests"), hint: t("forTestsHint"), kind: "switch" },
  ];
  const rowOf = (values: Values) => ({
    name: String(values["name"]),
    google_calendar_id: textOf(values, "google_calendar_id"),
    location_id: textOf(values, "location_id"),
    max_per_day: numberOf(values, "max_per_day"),
    active: values["active"] === true,
    for_tests: values["for_tests"] === true,
  });
  return (
    <RowTable
      rows={settings.calendars}
      fields={fields}
      defaults={{
        name: "",
        google_calendar_id: null,
        location_id: null,
        max_per_day: null,
        active: true,
        for_tests: false,
      }}
      label={t("tab_calendars")}
      nameOf={({ name }) => String(name)}
      canEdit={organization.isAdmin}
      onAdd={(values) =>
        client.value.from("calendars").insert({
          org_id: settings.id,
          position: settings.calendars.length,
          ...rowOf(values),
        }).select("id").single()}
      onChange={(id, values) =>
        client.value.from("calendars").update(rowOf(values)).eq("id", id).select("id").single()}
      onRemove={(id) => client.value.from("calendars").delete().eq("id", id).select("id").single()}
      onChanged={onChanged}
    />
  );
}
