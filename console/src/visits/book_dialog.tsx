import type { VNode } from "preact";
import { useState } from "preact/hooks";
import { call } from "../../client/call.ts";
import type { ClinicSettings } from "../../client/settings.ts";
import { t } from "../i18n.ts";
import { client } from "../session.ts";
import { Field } from "../ui/field.tsx";
import { FormDialog } from "../ui/form_dialog.tsx";
import { problemOf } from "../ui/notice.tsx";
import { say } from "../ui/toast.tsx";
import { DayField } from "./day_field.tsx";
import { FreeTimes } from "./free_times.tsx";
import { PatientFields, withoutSeparators } from "./patient_fields.tsx";
import { ServiceFields } from "./service_fields.tsx";

interface Props {
  settings: ClinicSettings;
  day: string;
  onDone: () => Promise<void>;
  onClose: () => void;
}

/** A visit booked by the staff, as a call would book it. */
export function BookDialog({ settings, day: first, onDone, onClose }: Props): VNode {
  const [request, setRequest] = useState({
    service: settings.services.find(({ active }) => active)?.id ?? "",
    calendar: "",
  });
  const [day, setDay] = useState(first);
  const [time, setTime] = useState("");
  const [who, setWho] = useState({ name: "", phone: "", email: "", notes: "" });
  // Another day has other free times.
  const changeDay = (other: string) => {
    setDay(other);
    setTime("");
  };
  const write = (field: keyof typeof who) => ({
    value: who[field],
    onInput: ({ currentTarget: { value } }: { currentTarget: HTMLInputElement }) =>
      setWho({ ...who, [field]: value }),
  });

  const book = async () => {
    if (time === "") return t("chooseTime");
    const { success, message } = await call(client.value, "book_appointment", {
      p_org_id: settings.id,
      p_date: day,
      p_time: time,
      p_patient_name: who.name,
      p_patient_phone: withoutSeparators(who.phone),
      p_service_id: request.service,
      ...(who.email === "" ? {} : { p_patient_email: who.email }),
      ...(who.notes === "" ? {} : { p_notes: who.notes }),
      ...(request.calendar === "" ? {} : { p_calendar_id: request.calendar }),
    });
    if (!success) return message;
    say(message);
    await onDone();
    return undefined;
  };

  return (
    <FormDialog
      title={t("book")}
      verbs={[t("book"), t("booking")]}
      send={book}
      onClose={onClose}
    >
      {(error) => (
        <>
          <div class="columns">
            <ServiceFields settings={settings} request={request} onChange={setRequest} />
            <DayField day={day} onChange={changeDay} />
          </div>
          {day !== "" && (
            <FreeTimes
              orgId={settings.id}
              day={day}
              serviceId={request.service}
              calendarId={request.calendar}
              chosen={time}
              onChoose={setTime}
            />
          )}
          <div class="columns">
            <PatientFields name={write("name")} phone={write("phone")} error={error} />
          </div>
          <div class="columns">
            <Field label={t("patientEmail")} optional problem={problemOf(error, "p_patient_email")}>
              <input type="email" autocomplete="off" {...write("email")} />
            </Field>
            <Field label={t("notes")} optional>
              <input autocomplete="off" {...write("notes")} />
            </Field>
          </div>
        </>
      )}
    </FormDialog>
  );
}
