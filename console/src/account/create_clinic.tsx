import type { VNode } from "preact";
import { useState } from "preact/hooks";
import { call } from "../../client/call.ts";
import { locale, t } from "../i18n.ts";
import { useSaving } from "../saving.ts";
import { client } from "../session.ts";
import { Button } from "../ui/button.tsx";
import { Field } from "../ui/field.tsx";
import { Failure, problemOf } from "../ui/notice.tsx";

const zones = Intl.supportedValuesOf("timeZone");
const here = Intl.DateTimeFormat().resolvedOptions().timeZone;

/** Founds an organization; `onCreated` gets its id. */
export function CreateClinic({ onCreated }: { onCreated: (orgId: string) => void }): VNode {
  const [name, setName] = useState("");
  const [timezone, setTimezone] = useState(zones.includes(here) ? here : "America/New_York");
  const [country, setCountry] = useState(new Intl.Locale(locale.value).region ?? "US");
  const [phone, setPhone] = useState("");
  const { isBusy, error, save } = useSaving();

  const create = async () => {
    const { orgId } = await call(client.value, "create_organization", {
      p_name: name,
      p_timezone: timezone,
      p_country: country.toUpperCase(),
      ...(phone.trim() === "" ? {} : { p_phone: phone.replaceAll(/[\s()-]/g, "") }),
    });
    onCreated(orgId);
  };
  const general = error !== undefined &&
    problemOf(error, "name", "timezone", "country", "phone", "p_name") === undefined;

  return (
    <form
      class="stack"
      onSubmit={(event) => {
        event.preventDefault();
        save(create);
      }}
    >
      <Field label={t("clinicName")} problem={problemOf(error, "name", "p_name")}>
        <input
          required
          maxLength={200}
          value={name}
          onInput={(event) => setName(event.currentTarget.value)}
        />
      </Field>
      <Field label={t("timezone")} problem={problemOf(error, "timezone")}>
        <select value={timezone} onChange={(event) => setTimezone(event.currentTarget.value)}>
          {zones.map((zone) => <option key={zone} value={zone}>{zone.replaceAll("_", " ")}
          </option>)}
        </select>
      </Field>
      <div class="columns">
        <Field label={t("country")} hint={t("countryHint")} problem={problemOf(error, "country")}>
          <input
            required
            pattern="[A-Za-z]{2}"
            maxLength={2}
            value={country}
            onInput={(event) => setCountry(event.currentTarget.value)}
          />
        </Field>
        <Field
          label={t("clinicPhone")}
          hint={t("phoneHint")}
          optional
          problem={problemOf(error, "phone")}
        >
          <input
            type="tel"
            value={phone}
            onInput={(event) => setPhone(event.currentTarget.value)}
          />
        </Field>
      </div>
      {general && <Failure error={error} />}
      <Button kind="main" type="submit" disabled={isBusy}>
        {t(isBusy ? "creating" : "createClinic")}
      </Button>
    </form>
  );
}
