import type { VNode } from "preact";
import { t } from "../i18n.ts";
import { Field } from "../ui/field.tsx";

/** The day of a visit, YYYY-MM-DD; "" while none is given. */
export function DayField(
  { day, onChange }: { day: string; onChange: (day: string) => void },
): VNode {
  return (
    <Field label={t("day")}>
      <input
        type="date"
        required
        value={day}
        onChange={({ currentTarget: { value } }) => onChange(value)}
      />
    </Field>
  );
}
