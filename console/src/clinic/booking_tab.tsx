import type { VNode } from "preact";
import { answerOf } from "../../client/client.ts";
import { t, tWord } from "../i18n.ts";
import { client } from "../session.ts";
import { say } from "../ui/toast.tsx";
import { type FormField, numberOf, RecordForm } from "./record_form.tsx";
import type { TabProps } from "./tab.ts";

/** When visits start, how far ahead they are booked, how agents book, and what follows a booking. */
export function BookingTab({ settings, organization, onChanged }: TabProps): VNode {
  const policy = settings.booking_policies;
  if (policy === null) return <p class="hint">{t("noRows")}</p>;
  const hours = { kind: "number", optional: true, hint: t("emptyNever") } as const;
  const fields: FormField[] = [
    { name: "slot_minutes", label: t("slotMinutes"), kind: "number", min: 5, max: 240 },
    { name: "lead_minutes", label: t("leadMinutes"), kind: "number", min: 0 },
    { name: "horizon_days", label: t("horizonDays"), kind: "number", min: 1, max: 730 },
    {
      name: "max_per_day",
      label: t("maxVisits"),
      hint: t("maxVisitsHint"),
      kind: "number",
      optional: true,
      min: 1,
    },
    {
      name: "booking_path",
      label: t("bookingPath"),
      kind: "choice",
      options: ["at_once", "code_first", "either"].map((path) => [path, tWord("path", path)]),
    },
    { name: "sms_confirmations", label: t("smsConfirmations"), kind: "switch" },
    { name: "reminder_hours", label: t("reminderHours"), ...hours, min: 1, max: 168 },
    { name: "complete_after_hours", label: t("completeAfter"), ...hours, min: 0, max: 720 },
    {
      name: "waitlist_offer_minutes",
      label: t("waitlistMinutes"),
      hint: t("waitlistHint"),
      kind: "number",
      optional: true,
      min: 5,
      max: 1440,
    },
  ];
  const values = Object.fromEntries(fields.map(({ name }) => [name, valueOf(policy, name)]));
  return (
    <section class="narrow">
      <RecordForm
        key={policy.updated_at}
        fields={fields}
        values={values}
        disabled={!organization.isAdmin}
        onSave={async (change) => {
          await answerOf(
            client.value.from("booking_policies").update({
              slot_minutes: Number(change["slot_minutes"]),
              lead_minutes: Number(change["lead_minutes"]),
              horizon_days: Number(change["horizon_days"]),
              max_per_day: numberOf(change, "max_per_day"),
              booking_path: String(change["booking_path"]),
              sms_confirmations: change["sms_confirmations"] === true,
              reminder_hours: numberOf(change, "reminder_hours"),
              complete_after_hours: numberOf(change, "complete_after_hours"),
              waitlist_offer_minutes: numberOf(change, "waitlist_offer_minutes"),
            }).eq("org_id", settings.id).select("org_id").single(),
          );
          await onChanged();
          say(t("saved"));
        }}
      />
    </section>
  );
}

function valueOf(policy: object, name: string): string | number | boolean | null {
  const value: unknown = Reflect.get(policy, name);
  return typeof value === "string" || typeof value === "number" || typeof value === "boolean"
    ? value
    : null;
}
