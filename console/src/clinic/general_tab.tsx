import type { VNode } from "preact";
import { answerOf } from "../../client/client.ts";
import { t } from "../i18n.ts";
import { client } from "../session.ts";
import { say } from "../ui/toast.tsx";
import { type FormField, RecordForm, textOf } from "./record_form.tsx";
import type { TabProps } from "./tab.ts";

/** Name, zone, country, and contact details. */
export function GeneralTab({ settings, organization, onChanged }: TabProps): VNode {
  const zones = Intl.supportedValuesOf("timeZone");
  const known = zones.includes(settings.timezone) ? zones : [settings.timezone, ...zones];
  const fields: FormField[] = [
    { name: "name", label: t("name"), kind: "text" },
    {
      name: "timezone",
      label: t("timezone"),
      kind: "choice",
      options: known.map((zone) => [zone, zone.replaceAll("_", " ")]),
    },
    { name: "country", label: t("country"), hint: t("countryHint"), kind: "text" },
    { name: "phone", label: t("phone"), hint: t("phoneHint"), kind: "tel", optional: true },
    {
      name: "address",
      label: t("address"),
      hint: t("addressHint"),
      kind: "area",
      optional: true,
    },
    { name: "directions", label: t("directions"), kind: "area", optional: true },
    {
      name: "alert_email",
      label: t("alertEmail"),
      hint: t("alertEmailHint"),
      kind: "email",
      optional: true,
    },
  ];
  const { name, timezone, country, phone, address, directions, alert_email } = settings;
  return (
    <>
      <section class="narrow">
        <RecordForm
          key={settings.updated_at}
          fields={fields}
          values={{ name, timezone, country, phone, address, directions, alert_email }}
          disabled={!organization.isAdmin}
          onSave={async (change) => {
            await answerOf(
              client.value.from("organizations").update({
                name: String(change["name"]),
                timezone: String(change["timezone"]),
                country: String(change["country"]).toUpperCase(),
                phone: textOf(change, "phone"),
                address: textOf(change, "address"),
                directions: textOf(change, "directions"),
                alert_email: textOf(change, "alert_email"),
              }).eq("id", settings.id).select("id").single(),
            );
            await onChanged();
            say(t("saved"));
          }}
        />
      </section>
      <section>
        <h2>{t("numbers")}</h2>
        {settings.phone_numbers.length === 0 ? <p class="hint">{t("noNumbers")}</p> : (
          <ul>
            {settings.phone_numbers.map(({ id, phone, vapi_phone_number_id }) => (
              <li key={id}>
                {phone ?? ""} <code class="faint">{vapi_phone_number_id}</code>
              </li>
            ))}
          </ul>
        )}
      </section>
    </>
  );
}
