import type { ComponentChildren, VNode } from "preact";
import { useEffect, useRef } from "preact/hooks";

interface Props {
  title: string;
  /** Beside the title: the actions of the page. */
  actions?: ComponentChildren;
  /** Under the title. */
  lead?: ComponentChildren;
  children: ComponentChildren;
}

/** A page with its title, which is also the window's, and which gets the focus when the page is opened. */
export function Page({ title, actions, lead, children }: Props): VNode {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = title;
  }, [title]);
  useEffect(() => heading.current?.focus({ preventScroll: true }), []);
  return (
    <>
      <header class="page-head">
        <div>
          <h1 tabIndex={-1} ref={heading}>{title}</h1>
          {lead && <div class="lead">{lead}</div>}
        </div>
        {actions && <div class="actions">{actions}</div>}
      </header>
      {children}
    </>
  );
}
