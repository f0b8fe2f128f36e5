import type { VNode } from "preact";
import { useState } from "preact/hooks";
import { t } from "../i18n.ts";
import { useSaving } from "../saving.ts";
import { Button } from "../ui/button.tsx";
import { Field } from "../ui/field.tsx";
import { Failure, problemOf } from "../ui/notice.tsx";
import { Switch } from "../ui/switch.tsx";

export type Value = string | number | boolean | null;
export type Values = Record<string, Value>;

/** A text column; null if nothing was typed. */
export function textOf(values: Values, name: string): string | null {
  return values[name] ? String(values[name]) : null;
}

/** A number column; null if nothing was typed. */
export function numberOf(values: Values, name: string): number | null {
  const value = values[name];
  return value === null || value === undefined || value === "" ? null : Number(value);
}

/** A value as it is read and typed: of a time, hour and minute. */
export function typed(kind: FormField["kind"], value: Value | undefined): string {
  const text = String(value ?? "");
  return kind === "time" ? text.slice(0, 5) : text;
}

/** How one column of a table is edited. */
export interface FormField {
  /** The column. */
  readonly name: string;
  readonly label: string;
  readonly hint?: string;
  readonly kind:
    | "text"
    | "area"
    | "email"
    | "tel"
    | "number"
    | "date"
    | "time"
    | "switch"
    | "choice";
  /** May be left empty: null. */
  readonly optional?: boolean;
  readonly min?: number;
  readonly max?: number;
  /** For a choice: values with their labels. */
  readonly options?: readonly (readonly [string, string])[];
}

interface Props {
  fields: readonly FormField[];
  values: Values;
  disabled?: boolean;
  /** Called with the changes. Throws what is wrong with them. */
  onSave: (values: Values) => Promise<unknown>;
  onCancel?: () => void;
}

/** A row as a form. What the database finds wrong is shown at its field. */
export function RecordForm({ fields, values, disabled = false, onSave, onCancel }: Props): VNode {
  const [draft, setDraft] = useState(values);
  const { isBusy, error, save } = useSaving();
  const isChanged = fields.some(({ name }) => draft[name] !== values[name]);
  const isSaid = fields.some(({ name }) => problemOf(error, name) !== undefined);

  return (
    <form
      class="stack"
      onSubmit={(event) => {
        event.preventDefault();
        save(() => onSave(draft));
      }}
    >
      <div class="columns">
        {fields.map((field) => (
          <Input
            key={field.name}
            field={field}
            value={draft[field.name] ?? null}
            disabled={disabled}
            problem={problemOf(error, field.name)}
            onChange={(value) => setDraft((before) => ({ ...before, [field.name]: value }))}
          />
        ))}
      </div>
      {error !== undefined && !isSaid && <Failure error={error} />}
      {!disabled && (
        <div class="actions">
          {onCancel && <Button onPress={onCancel}>{t("cancel")}</Button>}
          <Button kind="main" type="submit" disabled={isBusy || !isChanged}>
            {t(isBusy ? "saving" : "save")}
          </Button>
        </div>
      )}
    </form>
  );
}

interface InputProps {
  field: FormField;
  value: Value;
  disabled: boolean;
  problem: string | undefined;
  onChange: (value: Value) => void;
}

function Input({ field, value, disabled, problem, onChange }: InputProps): VNode {
  const { label, hint, kind, optional = false, options = [], min, max } = field;
  if (kind === "switch") {
    return (
      <Switch
        label={label}
        hint={hint}
        checked={value === true}
        disabled={disabled}
        onChange={onChange}
      />
    );
  }
  return (
    <Field label={label} hint={hint} optional={optional} problem={problem}>
      {kind === "choice"
        ? (
          <select
            value={String(value ?? "")}
            disabled={disabled}
            onChange={({ currentTarget }) =>
              onChange(currentTarget.value === "" ? null : currentTarget.value)}
          >
            {options.map(([name, text]) => <option key={name} value={name}>{text}</option>)}
          </select>
        )
        : kind === "area"
        ? (
          <textarea
            rows={3}
            required={!optional}
            disabled={disabled}
            value={String(value ?? "")}
            onInput={({ currentTarget: { value } }) =>
              onChange(value === "" && optional ? null : value)}
          />
        )
        : (
          <input
            type={kind}
            required={!optional}
            disabled={disabled}
            min={min}
            max={max}
            value={typed(kind, value)}
            onInput={({ currentTarget: { value } }) =>
              onChange(
                value === "" ? (optional ? null : "") : kind === "number" ? Number(value) : value,
              )}
          />
        )}
    </Field>
  );
}
