import type { VNode } from "preact";
import { useState } from "preact/hooks";
import { call } from "../../client/call.ts";
import type { ClinicSettings } from "../../client/settings.ts";
import { t, tWord } from "../i18n.ts";
import { client } from "../session.ts";
import { Field } from "../ui/field.tsx";
import { FormDialog } from "../ui/form_dialog.tsx";
import { say } from "../ui/toast.tsx";
import { PatientFields, withoutSeparators } from "../visits/patient_fields.tsx";
import { ServiceFields } from "../visits/service_fields.tsx";

interface Props {
  settings: ClinicSettings;
  onDone: () => Promise<void>;
  onClose: () => void;
}

/** The staff add somebody who called the clinic itself. */
export function AddDialog({ settings, onDone, onClose }: Props): VNode {
  const [request, setRequest] = useState({
    service: settings.services.find((it) => it.active)?.id ?? "",
    calendar: "",
  });
  const [said, setSaid] = useState({ name: "", phone: "", from: "", until: "", part: "" });
  const write = (field: keyof typeof said) => ({
    value: said[field],
    onInput: (
      { currentTarget: { value } }: { currentTarget: HTMLInputElement | HTMLSelectElement },
    ) => setSaid({ ...said, [field]: value }),
  });
  const add = async () => {
    const { success, message } = await call(client.value, "add_to_waitlist", {
      p_org_id: settings.id,
      p_patient_name: said.name,
      p_patient_phone: withoutSeparators(said.phone),
      p_service_id: request.service,
      ...(request.calendar && { p_calendar_id: request.calendar }),
      ...(said.from && { p_from: said.from }),
      ...(said.until && { p_until: said.until }),
      ...(said.part && { p_part_of_day: said.part }),
    });
    if (!success) return message;
    say(t("saved"));
    await onDone();
    return undefined;
  };
  return (
    <FormDialog
      title={t("addToWaitlist")}
      verbs={[t("add"), t("saving")]}
      send={add}
      onClose={onClose}
    >
      {(error) => (
        <>
          <div class="columns">
            <PatientFields name={write("name")} phone={write("phone")} error={error} />
          </div>
          <div class="columns">
            <ServiceFields settings={settings} request={request} onChange={setRequest} />
          </div>
          <div class="columns">
            <Field label={t("firstDay")} hint={t("anyDayHint")} optional>
              <input type="date" {...write("from")} />
            </Field>
            <Field label={t("lastDay")} optional>
              <input type="date" {...write("until")} />
            </Field>
            <Field label={t("partOfDay")}>
              <select {...write("part")}>
                <option value="">{t("anyPart")}</option>
                {["morning", "afternoon", "evening"].map((part) => (
                  <option key={part} value={part}>{tWord("part", part)}</option>
                ))}
              </select>
            </Field>
          </div>
        </>
      )}
    </FormDialog>
  );
}
