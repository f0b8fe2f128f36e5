import type { VNode } from "preact";
import { useState } from "preact/hooks";
import { type Answer, answerOf } from "../../client/client.ts";
import { t } from "../i18n.ts";
import { Button } from "../ui/button.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { attempt } from "../ui/toast.tsx";
import { type FormField, RecordForm, typed, type Value, type Values } from "./record_form.tsx";

export interface Row extends Values {
  id: string;
}

interface Props {
  rows: readonly Row[];
  fields: readonly FormField[];
  /** For a new row. */
  defaults: Values;
  /** Name of the table, for screen readers. */
  label: string;
  nameOf: (row: Row) => string;
  canEdit: boolean;
  /** The requests to make. A refusal stays in the dialog. */
  onAdd: (values: Values) => PromiseLike<Answer<unknown>>;
  onChange: (id: string, values: Values) => PromiseLike<Answer<unknown>>;
  onRemove: (id: string) => PromiseLike<Answer<unknown>>;
  /** Called after each request that succeeded. */
  onChanged: () => Promise<unknown>;
}

/** Rows of a setting: shown as a table, edited in a dialog. */
export function RowTable(
  { rows, fields, defaults, label, nameOf, canEdit, onAdd, onChange, onRemove, onChanged }: Props,
): VNode {
  const [edited, setEdited] = useState<Row | "new">();
  const [removed, setRemoved] = useState<Row>();
  const close = () => setEdited(undefined);
  const save = async (values: Values) => {
    await answerOf(edited === "new" ? onAdd(values) : onChange(edited?.id ?? "", values));
    await onChanged();
    close();
  };
  const remove = async ({ id }: Row) => {
    const isGone = await attempt(async () => {
      await answerOf(onRemove(id));
      await onChanged();
    });
    if (isGone) setRemoved(undefined);
  };
  return (
    <>
      {rows.length === 0
        ? <p class="hint">{t("noRows")}</p>
        : (
          <div class="scroll" tabIndex={0} role="region" aria-label={label}>
            <table>
              <thead>
                <tr>
                  {fields.map(({ name, label }) => <th key={name} scope="col">{label}</th>)}
                  {canEdit && (
                    <th scope="col">
                      <span class="unseen">{t("edit")}</span>
                    </th>
                  )}
                </tr>
              </thead>
              <tbody>
                {rows.map((row) => (
                  <tr key={row.id}>
                    {fields.map((field) => (
                      <td key={field.name} class={field.kind === "number" ? "number" : undefined}>
                        {show(field, row[field.name] ?? null)}
                      </td>
                    ))}
                    {canEdit && (
                      <td class="actions">
                        <Button
                          kind="quiet"
                          label={t("editX", { name: nameOf(row) })}
                          onPress={() => setEdited(row)}
                        >
                          {t("edit")}
                        </Button>
                        <Button
                          kind="quiet"
                          label={`${t("delete")}: ${nameOf(row)}`}
                          onPress={() => setRemoved(row)}
                        >
                          {t("delete")}
                        </Button>
                      </td>
                    )}
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        )}
      {canEdit && (
        <div class="actions below">
          <Button onPress={() => setEdited("new")}>{t("add")}</Button>
        </div>
      )}
      {edited && (
        <Dialog
          title={edited === "new" ? t("add") : t("editX", { name: nameOf(edited) })}
          onClose={close}
        >
          <RecordForm
            fields={fields}
            values={edited === "new" ? defaults : edited}
            onSave={save}
            onCancel={close}
          />
        </Dialog>
      )}
      {removed && (
        <Dialog
          title={t("deleteX", { name: nameOf(removed) })}
          onClose={() => setRemoved(undefined)}
        >
          <p>{t("deleteRowWhy")}</p>
          <div class="actions">
            <Button onPress={() => setRemoved(undefined)}>{t("cancel")}</Button>
            <Button kind="danger" onPress={() => remove(removed)}>{t("delete")}</Button>
          </div>
        </Dialog>
      )}
    </>
  );
}

function show({ kind, options }: FormField, value: Value): string {
  if (typeof value === "boolean") return t(value ? "yes" : "no");
  if (kind === "choice") return options?.find(([name]) => name === String(value ?? ""))?.[1] ?? "";
  return typed(kind, value);
}
