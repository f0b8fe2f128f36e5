import type { VNode } from "preact";
import { answerOf } from "../../client/client.ts";
import { t } from "../i18n.ts";
import { client } from "../session.ts";
import type { FormField, Values } from "./record_form.tsx";
import { RowTable } from "./row_table.tsx";
import type { TabProps } from "./tab.ts";

/** Kinds of visit. The first one is booked when a caller names none. */
export function ServicesTab({ settings, organization, onChanged }: TabProps): VNode {
  const fields: FormField[] = [
    { name: "name", label: t("name"), kind: "text" },
    { name: "duration_minutes", label: t("duration"), kind: "number", min: 5, max: 720 },
    { name: "buffer_before_minutes", label: t("bufferBefore"), kind: "number", min: 0, max: 240 },
    { name: "buffer_after_minutes", label: t("bufferAfter"), kind: "number", min: 0, max: 240 },
    { name: "active", label: t("inUse"), kind: "switch" },
  ];
  const rowOf = (values: Values) => ({
    name: String(values["name"]),
    duration_minutes: Number(values["duration_minutes"]),
    buffer_before_minutes: Number(values["buffer_before_minutes"]),
    buffer_after_minutes: Number(values["buffer_after_minutes"]),
    active: values["active"] === true,
  });
  return (
    <RowTable
      rows={settings.services}
      fields={fields}
      defaults={{
        name: "",
        duration_minutes: 30,
        buffer_before_minutes: 0,
        buffer_after_minutes: 0,
        active: true,
      }}
      label={t("tab_services")}
      nameOf={({ name }) => String(name)}
      canEdit={organization.isAdmin}
      onAdd={async (values) => {
        const position = settings.services.length;
        await answerOf(
          client.value.from("services").insert({
            org_id: settings.id,
            position,
            ...rowOf(values),
          }).select("id").single(),
        );
        await onChanged();
      }}
      onChange={async (id, values) => {
        await answerOf(
          client.value.from("services").update(rowOf(values)).eq("id", id).select("id").single(),
        );
        await onChanged();
      }}
      onRemove={async (id) => {
        await answerOf(client.value.from("services").delete().eq("id", id).select("id").single());
        await onChanged();
      }}
    />
  );
}
