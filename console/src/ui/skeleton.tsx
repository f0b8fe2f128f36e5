import type { VNode } from "preact";
import { t } from "../i18n.ts";

/** Placeholder lines for what is being loaded. */
export function Skeleton({ lines = 5 }: { lines?: number }): VNode {
  return (
    <div class="skeleton" role="status" aria-label={t("loading")}>
      {Array.from({ length: lines }, (_, line) => <span key={line} />)}
    </div>
  );
}
