import type { ComponentChildren, VNode } from "preact";

/** Instead of an empty list: why it is empty, and what to do about it. */
export function Empty(
  { title, children }: { title: string; children?: ComponentChildren },
): VNode {
  return (
    <div class="empty">
      <p>{title}</p>
      {children}
    </div>
  );
}
