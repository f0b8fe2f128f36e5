import type { ComponentChildren, VNode } from "preact";
import { useState } from "preact/hooks";

interface Props {
  children: ComponentChildren;
  /** What it does; meanwhile the button cannot be pressed again. */
  onPress?: () => unknown;
  kind?: "main" | "plain" | "danger" | "quiet";
  type?: "button" | "submit";
  disabled?: boolean;
  label?: string;
}

export function Button(
  { children, onPress, kind = "plain", type = "button", disabled = false, label }: Props,
): VNode {
  const [isBusy, setBusy] = useState(false);
  const press = async () => {
    setBusy(true);
    try {
      await onPress?.();
    } finally {
      setBusy(false);
    }
  };
  return (
    <button
      type={type}
      class={`button ${kind}`}
      disabled={disabled || isBusy}
      aria-busy={isBusy}
      aria-label={label}
      onClick={onPress && press}
    >
      {children}
    </button>
  );
}
