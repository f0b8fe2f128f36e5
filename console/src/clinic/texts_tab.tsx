import type { VNode } from "preact";
import { answerOf } from "../../client/client.ts";
import { dateTimeOf } from "../clock.ts";
import { t } from "../i18n.ts";
import { useLoad } from "../load.ts";
import { client } from "../session.ts";
import { Failure } from "../ui/notice.tsx";
import { say } from "../ui/toast.tsx";
import { type FormField, RecordForm } from "./record_form.tsx";
import type { TabProps } from "./tab.ts";

/** When and how many texts are sent, and who wants none. */
export function TextsTab({ settings, organization, onChanged }: TabProps): VNode {
  const optOuts = useLoad(
    `opt-outs ${settings.id}`,
    () =>
      answerOf(
        client.value.from("sms_opt_outs").select("phone, opted_out_at").is("opted_in_at", null)
          .order("opted_out_at", { ascending: false }).limit(200),
      ),
  );
  const policy = settings.sms_policies;
  const fields: FormField[] = [
    { name: "quiet_from", label: t("quietFrom"), kind: "time" },
    { name: "quiet_until", label: t("quietUntil"), kind: "time" },
    { name: "max_per_day", label: t("maxPerDay"), kind: "number", min: 1, max: 50 },
    { name: "max_codes_per_hour", label: t("maxCodes"), kind: "number", min: 1, max: 50 },
    { name: "opt_out_line", label: t("optOutLine"), kind: "text" },
    { name: "keep_days", label: t("keepDays"), kind: "number", min: 1, max: 365 },
  ];
  return (
    <>
      {policy && (
        <section class="narrow">
          <RecordForm
            key={policy.updated_at}
            fields={fields}
            values={pick(policy)}
            disabled={!organization.isAdmin}
            onSave={async (change) => {
              await answerOf(
                client.value.from("sms_policies").update({
                  quiet_from: String(change["quiet_from"]),
                  quiet_until: String(change["quiet_until"]),
                  max_per_day: Number(change["max_per_day"]),
                  max_codes_per_hour: Number(change["max_codes_per_hour"]),
                  opt_out_line: String(change["opt_out_line"]),
                  keep_days: Number(change["keep_days"]),
                }).eq("org_id", settings.id).select("org_id").single(),
              );
              await onChanged();
              say(t("saved"));
            }}
          />
        </section>
      )}
      <section>
        <h2>{t("optOuts")}</h2>
        {optOuts.error !== undefined && <Failure error={optOuts.error} onRetry={optOuts.reload} />}
        {optOuts.value?.length === 0 && <p class="hint">{t("noOptOuts")}</p>}
        <ul>
          {optOuts.value?.map(({ phone, opted_out_at }) => (
            <li key={phone}>
              <span class="number">{phone}</span>{" "}
              <span class="faint">{dateTimeOf(opted_out_at, organization.timezone)}</span>
            </li>
          ))}
        </ul>
      </section>
    </>
  );
}

function pick(policy: NonNullable<TabProps["settings"]["sms_policies"]>) {
  const { quiet_from, quiet_until, max_per_day, max_codes_per_hour, opt_out_line, keep_days } =
    policy;
  return { quiet_from, quiet_until, max_per_day, max_codes_per_hour, opt_out_line, keep_days };
}
