import type { VNode } from "preact";
import { answerOf } from "../../client/client.ts";
import { t, tWord } from "../i18n.ts";
import { client } from "../session.ts";
import { say } from "../ui/toast.tsx";
import { type FormField, RecordForm, textOf } from "./record_form.tsx";
import type { TabProps } from "./tab.ts";

/** Who takes a call that an agent cannot handle, when, and which words connect at any hour. */
export function HandoverTab({ settings, organization, onChanged }: TabProps): VNode {
  const fields: FormField[] = [
    {
      name: "transfer_phone",
      label: t("transferPhone"),
      hint: t("transferPhoneHint"),
      kind: "tel",
      optional: true,
    },
    {
      name: "transfer_hours",
      label: t("transferHours"),
      kind: "choice",
      options: ["business_hours", "between", "always"].map((when) => [when, tWord("there", when)]),
    },
    { name: "transfer_from", label: t("fromTime"), kind: "time", optional: true },
    { name: "transfer_until", label: t("untilTime"), kind: "time", optional: true },
    {
      name: "emergency_words",
      label: t("emergencyWords"),
      hint: t("emergencyWordsHint"),
      kind: "area",
      optional: true,
    },
  ];
  const { transfer_phone, transfer_hours, transfer_from, transfer_until, emergency_words } =
    settings;
  return (
    <section class="narrow">
      <RecordForm
        key={settings.updated_at}
        fields={fields}
        values={{
          transfer_phone,
          transfer_hours,
          transfer_from,
          transfer_until,
          emergency_words: emergency_words.join(", "),
        }}
        disabled={!organization.isAdmin}
        onSave={async (change) => {
          await answerOf(
            client.value.from("organizations").update({
              transfer_phone: textOf(change, "transfer_phone"),
              transfer_hours: String(change["transfer_hours"]),
              transfer_from: textOf(change, "transfer_from"),
              transfer_until: textOf(change, "transfer_until"),
              emergency_words: (textOf(change, "emergency_words") ?? "").split(/[,\n]/)
                .map((word) => word.trim()).filter((word) => word !== ""),
            }).eq("id", settings.id).select("id").single(),
          );
          await onChanged();
          say(t("saved"));
        }}
      />
    </section>
  );
}
