import type { VNode } from "preact";
import type { ClinicSettings } from "../../client/settings.ts";
import { t } from "../i18n.ts";
import { Field } from "../ui/field.tsx";

/** Ids; "" as the calendar means whoever is free. */
export interface SlotRequest {
  readonly service: string;
  readonly calendar: string;
}

interface Props {
  settings: ClinicSettings;
  request: SlotRequest;
  onChange: (request: SlotRequest) => void;
}

/** What a visit is for, and with whom. */
export function ServiceFields({ settings, request, onChange }: Props): VNode {
  const services = settings.services.filter(({ active }) => active);
  const calendars = settings.calendars.filter(({ active }) => active);
  return (
    <>
      <Field label={t("service")}>
        <select
          value={request.service}
          onChange={({ currentTarget: { value } }) => onChange({ ...request, service: value })}
        >
          {services.map(({ id, name }) => <option key={id} value={id}>{name}</option>)}
        </select>
      </Field>
      <Field label={t("calendar")}>
        <select
          value={request.calendar}
          onChange={({ currentTarget: { value } }) => onChange({ ...request, calendar: value })}
        >
          <option value="">{t("anyCalendar")}</option>
          {calendars.map(({ id, name }) => <option key={id} value={id}>{name}</option>)}
        </select>
      </Field>
    </>
  );
}
