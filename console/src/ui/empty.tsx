import type { ComponentChildren, VNode } from "preact";

/** In place of a list that has nothing in it: why, and what to do about it. */
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
