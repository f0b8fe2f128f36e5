import type { ComponentChildren, VNode } from "preact";

/** The page before signing in: one column, nothing beside it. */
export function Frame(
  { title, lead, children }: { title: string; lead?: string; children: ComponentChildren },
): VNode {
  return (
    <main class="frame">
      <img src="icon.svg" alt="" width="36" height="36" />
      <h1>{title}</h1>
      {lead && <p class="lead">{lead}</p>}
      {children}
    </main>
  );
}
