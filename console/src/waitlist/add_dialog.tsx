import type { VNode } from "preact";
import { useState } from "preact/hooks";
import { call } from "../../client/call.ts";
import type { ClinicSettings } from "../../client/settings.ts";
import { t, tWord } from "../i18n.ts";
import { useSaving } from "../saving.ts";
import { client } from "../session.ts";
import { Button } from "../ui/button.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { Field } from "../ui/field.tsx";
import { Failure, Notice, problemOf } from "../ui/notice.tsx";
import { say } from "../ui/toast.tsx";
import { ServiceFields } from "../visits/service_fields.tsx";

interface Props {
  settings: ClinicSettings;
  onDone: () => Promise<void>;
  onClose: () => void;
}

/** Somebody who called the clinic itself is put on the list by the staff. */
export function AddDialog({ settings, onDone, onClose }: Props): VNode {
  const [wish, setWish] = useState({
    service: settings.services.find((it) => it.active)?.id ?? "",
    calendar: "",
  });
  const [said, setSaid] = useState({ name: "", phone: "", from: "", until: "", part: "" });
  const [refusal, setRefusal] = useState<string>();
  const { isBusy, error, save } = useSaving();
  const write = (field: keyof typeof said) => ({
    value: said[field],
    onInput: (
      { currentTarget: { value } }: { currentTarget: HTMLInputElement | HTMLSelectElement },
    ) => setSaid({ ...said, [field]: value }),
  });
  const add = async () => {
    setRefusal(undefined);
    const { success, message } = await call(client.value, "add_to_waitlist", {
      p_org_id: settings.id,
      p_patient_name: said.name,
      p_patient_phone: said.phone.replaceAll(/[\s()-]/g, ""),
      p_service_id: wish.service,
      ...(wish.calendar && { p_calendar_id: wish.calendar }),
      ...(said.from && { p_from: said.from }),
      ...(said.until && { p_until: said.until }),
      ...(said.part && { p_part_of_day: said.part }),
    });
    if (!success) return setRefusal(message);
    say(t("saved"));
    await onDone();
  };
  return (
    <Dialog title={t("addToWaitlist")} onClose={onClose}>
      <form
        class="stack"
        onSubmit={(event) => {
          event.preventDefault();
          save(add);
        }}
      >
        <div class="columns">
          <Field label={t("patient")} problem={problemOf(error, "p_patient_name")}>
            <input required autocomplete="off" {...write("name")} />
          </Field>
          <Field
            label={t("patientPhone")}
            hint={t("phoneHint")}
            problem={problemOf(error, "p_patient_phone")}
          >
            <input type="tel" required autocomplete="off" {...write("phone")} />
          </Field>
        </div>
        <div class="columns">
          <ServiceFields settings={settings} wish={wish} onChange={setWish} />
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
        {refusal && <Notice tone="wrong">{refusal}</Notice>}
        {error !== undefined && <Failure error={error} />}
        <div class="actions">
          <Button onPress={onClose}>{t("cancel")}</Button>
          <Button kind="main" type="submit" disabled={isBusy}>
            {t(isBusy ? "saving" : "add")}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
