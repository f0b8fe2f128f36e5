import type { VNode } from "preact";
import { t } from "../i18n.ts";
import { Field } from "../ui/field.tsx";
import { problemOf } from "../ui/notice.tsx";

interface Input {
  value: string;
  onInput: (event: { currentTarget: HTMLInputElement }) => void;
}

interface Props {
  name: Input;
  phone: Input;
  error: unknown;
}

/** Who comes, and the number to reach them. */
export function PatientFields({ name, phone, error }: Props): VNode {
  return (
    <>
      <Field label={t("patient")} problem={problemOf(error, "p_patient_name")}>
        <input required autocomplete="off" {...name} />
      </Field>
      <Field
        label={t("patientPhone")}
        hint={t("phoneHint")}
        problem={problemOf(error, "p_patient_phone")}
      >
        <input type="tel" required autocomplete="off" {...phone} />
      </Field>
    </>
  );
}

/** A number as it is stored, without what people write between its digits. */
export function withoutSeparators(phone: string): string {
  return phone.replaceAll(/[\s()-]/g, "");
}
