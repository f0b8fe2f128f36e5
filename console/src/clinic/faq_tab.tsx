import type { VNode } from "preact";
import { t } from "../i18n.ts";
import { client } from "../session.ts";
import type { FormField, Values } from "./record_form.tsx";
import { RowTable } from "./row_table.tsx";
import type { TabProps } from "./tab.ts";

/** Frequent questions of callers, with the answers that the agent gives. */
export function FaqTab({ settings, organization, onChanged }: TabProps): VNode {
  const fields: FormField[] = [
    { name: "question", label: t("question"), kind: "text" },
    { name: "answer", label: t("answer"), hint: t("answerHint"), kind: "area" },
    { name: "active", label: t("inUse"), kind: "switch" },
  ];
  const rowOf = (values: Values) => ({
    question: String(values["question"]),
    answer: String(values["answer"]),
    active: values["active"] === true,
  });
  return (
    <RowTable
      rows={settings.faq_entries}
      fields={fields}
      defaults={{ question: "", answer: "", active: true }}
      label={t("tab_faq")}
      nameOf={({ question }) => String(question)}
      canEdit={organization.isAdmin}
      onAdd={(values) =>
        client.value.from("faq_entries").insert({
          org_id: settings.id,
          position: settings.faq_entries.length,
          ...rowOf(values),
        }).select("id").single()}
      onChange={(id, values) =>
        client.value.from("faq_entries").update(rowOf(values)).eq("id", id).select("id").single()}
      onRemove={(id) =>
        client.value.from("faq_entries").delete().eq("id", id).select("id").single()}
      onChanged={onChanged}
    />
  );
}
