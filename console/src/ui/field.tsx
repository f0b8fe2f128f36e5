import { cloneElement, type VNode } from "preact";
import { useId } from "preact/hooks";
import { t } from "../i18n.ts";

interface Props {
  label: string;
  hint?: string | undefined;
  /** What is wrong with it. */
  problem?: string | undefined;
  optional?: boolean;
  /** The input, select or textarea. */
  children: VNode<{ id?: string }>;
}

/** An input with its label, hint and problem, connected for screen readers. */
export function Field({ label, hint, problem, optional = false, children }: Props): VNode {
  const id = useId();
  const described = [hint && `${id}-hint`, problem && `${id}-problem`].filter(Boolean).join(" ");
  return (
    <div class={problem === undefined ? "field" : "field wrong"}>
      <label for={id}>
        {label}
        {optional && <span class="faint">&ensp;{t("optional")}</span>}
      </label>
      {cloneElement(children, {
        id,
        ...(described && { "aria-describedby": described }),
        ...(problem && { "aria-invalid": "true" }),
      })}
      {hint && <p class="hint" id={`${id}-hint`}>{hint}</p>}
      {problem && <p class="problem" id={`${id}-problem`}>{problem}</p>}
    </div>
  );
}
