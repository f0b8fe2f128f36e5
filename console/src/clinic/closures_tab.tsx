import type { VNode } from "preact";
import { t } from "../i18n.ts";
import { client } from "../session.ts";
import type { FormField, Value, Values } from "./record_form.tsx";
import { RowTable } from "./row_table.tsx";
import type { TabProps } from "./tab.ts";

/** Holidays and absences: whole days, or the same hours of each day. */
export function ClosuresTab({ settings, organization, onChanged }: TabProps): VNode {
  const fields: FormField[] = [
    { name: "first_day", label: t("firstDay"), kind: "date" },
    { name: "last_day", label: t("lastDay"), kind: "date" },
    {
      name: "calendar_id",
      label: t("calendar"),
      kind: "choice",
      options: [
        ["", t("wholeClinic")],
        ...settings.calendars.map(({ id, name }) => [id, name] as const),
      ],
    },
    { name: "starts", label: t("fromTime"), hint: t("wholeDay"), kind: "time", optional: true },
    { name: "ends", label: t("untilTime"), kind: "time", optional: true },
    { name: "reason", label: t("reason"), kind: "text", optional: true },
  ];
  const text = (value: Value | undefined) => value ? String(value) : null;
  const rowOf = (values: Values) => ({
    first_day: String(values["first_day"]),
    last_day: String(values["last_day"]),
    calendar_id: text(values["calendar_id"]),
    starts: text(values["starts"]),
    ends: text(values["ends"]),
    reason: text(values["reason"]),
  });
  return (
    <RowTable
      rows={settings.closures}
      fields={fields}
      defaults={{
        first_day: "",
        last_day: "",
        calendar_id: null,
        starts: null,
        ends: null,
        reason: null,
      }}
      label={t("tab_closures")}
      nameOf={({ reason, first_day }) => String(reason ?? first_day)}
      canEdit={organization.isAdmin}
      onAdd={(values) =>
        client.value.from("closures").insert({ org_id: settings.id, ...rowOf(values) }).select("id")
          .single()}
      onChange={(id, values) =>
        client.value.from("closures").update(rowOf(values)).eq("id", id).select("id").single()}
      onRemove={(id) => client.value.from("closures").delete().eq("id", id).select("id").single()}
      onChanged={onChanged}
    />
  );
}
