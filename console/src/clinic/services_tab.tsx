import type { VNode } from "preact";
import { t, tWord } from "../i18n.ts";
import { client } from "../session.ts";
import { OfferGrid } from "./offer_grid.tsx";
import { type FormField, numberOf, textOf, type Values } from "./record_form.tsx";
import { RowTable } from "./row_table.tsx";
import type { TabProps } from "./tab.ts";

/** Kinds of visit. The first one is booked when a caller names none. */
export function ServicesTab({ settings, organization, onChanged }: TabProps): VNode {
  const fields: FormField[] = [
    { name: "name", label: t("name"), kind: "text" },
    { name: "duration_minutes", label: t("duration"), kind: "number", min: 5, max: 720 },
    { name: "buffer_before_minutes", label: t("bufferBefore"), kind: "number", min: 0, max: 240 },
    { name: "buffer_after_minutes", label: t("bufferAfter"), kind: "number", min: 0, max: 240 },
    { name: "price", label: t("price"), hint: t("priceHint"), kind: "text", optional: true },
    {
      name: "for_patients",
      label: t("forPatients"),
      kind: "choice",
      options: ["all", "new", "returning"].map((who) => [who, tWord("patients", who)]),
    },
    { name: "max_per_day", label: t("maxVisits"), kind: "number", optional: true, min: 1 },
    { name: "active", label: t("inUse"), kind: "switch" },
  ];
  const rowOf = (values: Values) => ({
    name: String(values["name"]),
    duration_minutes: Number(values["duration_minutes"]),
    buffer_before_minutes: Number(values["buffer_before_minutes"]),
    buffer_after_minutes: Number(values["buffer_after_minutes"]),
    price: textOf(values, "price"),
    for_patients: String(values["for_patients"]),
    max_per_day: numberOf(values, "max_per_day"),
    active: values["active"] === true,
  });
  return (
    <>
      <RowTable
        rows={settings.services}
        fields={fields}
        defaults={{
          name: "",
          duration_minutes: 30,
          buffer_before_minutes: 0,
          buffer_after_minutes: 0,
          price: null,
          for_patients: "all",
          max_per_day: null,
          active: true,
        }}
        label={t("tab_services")}
        nameOf={({ name }) => String(name)}
        canEdit={organization.isAdmin}
        onAdd={(values) =>
          client.value.from("services").insert({
            org_id: settings.id,
            position: settings.services.length,
            ...rowOf(values),
          }).select("id").single()}
        onChange={(id, values) =>
          client.value.from("services").update(rowOf(values)).eq("id", id).select("id").single()}
        onRemove={(id) => client.value.from("services").delete().eq("id", id).select("id").single()}
        onChanged={onChanged}
      />
      <OfferGrid settings={settings} organization={organization} onChanged={onChanged} />
    </>
  );
}
