import type { VNode } from "preact";
import { answerOf } from "../../client/client.ts";
import { t, tWord } from "../i18n.ts";
import { client } from "../session.ts";
import { say } from "../ui/toast.tsx";
import { type FormField, RecordForm } from "./record_form.tsx";
import type { TabProps } from "./tab.ts";

/** When visits start, how far ahead they are booked, and how agents book. */
export function BookingTab({ settings, organization, onChanged }: TabProps): VNode {
  const policy = settings.booking_policies;
  if (policy === null) return <p class="hint">{t("noRows")}</p>;
  const fields: FormField[] = [
    { name: "slot_minutes", label: t("slotMinutes"), kind: "number", min: 5, max: 240 },
    { name: "lead_minutes", label: t("leadMinutes"), kind: "number", min: 0 },
    { name: "horizon_days", label: t("horizonDays"), kind: "number", min: 1, max: 730 },
    {
      name: "booking_path",
      label: t("bookingPath"),
      kind: "choice",
      options: ["at_once", "code_first", "either"].map((path) => [path, tWord("path", path)]),
    },
    { name: "sms_confirmations", label: t("smsConfirmations"), kind: "switch" },
  ];
  const { slot_minutes, lead_minutes, horizon_days, booking_path, sms_confirmations } = policy;
  return (
    <section class="narrow">
      <RecordForm
        key={policy.updated_at}
        fields={fields}
        values={{ slot_minutes, lead_minutes, horizon_days, booking_path, sms_confirmations }}
        disabled={!organization.isAdmin}
        onSave={async (change) => {
          await answerOf(
            client.value.from("booking_policies").update({
              slot_minutes: Number(change["slot_minutes"]),
              lead_minutes: Number(change["lead_minutes"]),
              horizon_days: Number(change["horizon_days"]),
              booking_path: String(change["booking_path"]),
              sms_confirmations: change["sms_confirmations"] === true,
            }).eq("org_id", settings.id).select("org_id").single(),
          );
          await onChanged();
          say(t("saved"));
        }}
      />
    </section>
  );
}
