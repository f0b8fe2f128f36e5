import type { VNode } from "preact";
import type { Drift } from "../../client/results.ts";
import { t } from "../i18n.ts";
import { Button } from "../ui/button.tsx";
import type { Draft } from "./draft.ts";
import { suggestionOf } from "./drift_suggestion.ts";

interface Props {
  rows: Drift[];
  /** Puts Vapi's value into the editor. */
  onTake: (draft: Partial<Draft>) => void;
  /** Overwrites Vapi's values with ours, for these paths. */
  onSend: (paths: string[]) => Promise<unknown>;
  /** Otherwise the table is read-only. */
  canEdit: boolean;
}

/** What was edited at Vapi, beside the console's values. */
export function DriftTable({ rows, onTake, onSend, canEdit }: Props): VNode {
  return (
    <section aria-label={t("drift")}>
      <h2>{t("drift")}</h2>
      <p class="hint">{t("driftWhy")}</p>
      <table>
        <thead>
          <tr>
            <th scope="col">{t("setting")}</th>
            <th scope="col">{t("consoleSays")}</th>
            <th scope="col">{t("vapiSays")}</th>
            <th scope="col">
              <span class="unseen">{t("takeVapis")}</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => {
            const suggestion = suggestionOf(row);
            return (
              <tr key={row.path}>
                <td>
                  <code>{row.path}</code>
                </td>
                <td class="value">{show(row.applied)}</td>
                <td class="value">{show(row.observed)}</td>
                <td class="actions">
                  {canEdit && suggestion && (
                    <Button
                      label={t("takeVapisOf", { path: row.path })}
                      onPress={() => onTake(suggestion)}
                    >
                      {t("takeVapis")}
                    </Button>
                  )}
                  {canEdit && (
                    <Button
                      label={t("sendOursOf", { path: row.path })}
                      onPress={() => onSend([row.path])}
                    >
                      {t("sendOurs")}
                    </Button>
                  )}
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </section>
  );
}

function show(value: unknown): string {
  if (value === null || value === undefined || value === "") return t("empty");
  return typeof value === "string" ? value : JSON.stringify(value);
}
