import type { ComponentChildren, VNode } from "preact";
import { t } from "../i18n.ts";
import type { Loaded } from "../load.ts";
import { Failure } from "./notice.tsx";
import { Skeleton } from "./skeleton.tsx";

interface Props<Row> {
  rows: Loaded<readonly Row[]>;
  label: string;
  /** "" for the column of the buttons. */
  columns: readonly string[];
  /** The text for an empty table. */
  empty: string;
  /** The cells of a row. */
  children: (row: Row) => ComponentChildren;
}

/** A table of the requested rows, or the reason why there are none. */
export function Listing<Row>({ rows, label, columns, empty, children }: Props<Row>): VNode {
  if (rows.value === undefined) {
    return rows.isLoading ? <Skeleton /> : <Failure error={rows.error} onRetry={rows.reload} />;
  }
  if (rows.value.length === 0) return <p class="hint">{empty}</p>;
  return (
    <div class="scroll" tabIndex={0} role="region" aria-label={label}>
      <table class="dense">
        <thead>
          <tr>
            {columns.map((name) => (
              <th key={name} scope="col">{name || <span class="unseen">{t("actions")}</span>}</th>
            ))}
          </tr>
        </thead>
        <tbody>{rows.value.map(children)}</tbody>
      </table>
    </div>
  );
}
