import type { VNode } from "preact";
import { t } from "../i18n.ts";
import { client } from "../session.ts";
import { type FormField, textOf, type Values } from "./record_form.tsx";
import { RowTable } from "./row_table.tsx";
import type { TabProps } from "./tab.ts";

/** Where visits take place: each calendar names its location. */
export function LocationsTab({ settings, organization, onChanged }: TabProps): VNode {
  const fields: FormField[] = [
    { name: "name", label: t("name"), kind: "text" },
    { name: "address", label: t("address"), kind: "text", optional: true },
    { name: "directions", label: t("directions"), kind: "area", optional: true },
    { name: "phone", label: t("phone"), hint: t("phoneHint"), kind: "tel", optional: true },
  ];
  const rowOf = (values: Values) => ({
    name: String(values["name"]),
    address: textOf(values, "address"),
    directions: textOf(values, "directions"),
    phone: textOf(values, "phone"),
  });
  return (
    <RowTable
      rows={settings.locations}
      fields={fields}
      defaults={{ name: "", address: null, directions: null, phone: null }}
      label={t("tab_locations")}
      nameOf={({ name }) => String(name)}
      canEdit={organization.isAdmin}
      onAdd={(values) =>
        client.value.from("locations").insert({
          org_id: settings.id,
          position: settings.locations.length,
          ...rowOf(values),
        }).select("id").single()}
      onChange={(id, values) =>
        client.value.from("locations").update(rowOf(values)).eq("id", id).select("id").single()}
      onRemove={(id) => client.value.from("locations").delete().eq("id", id).select("id").single()}
      onChanged={onChanged}
    />
  );
}
