import type { VNode } from "preact";
import type { Result } from "../../client/call.ts";
import { t } from "../i18n.ts";
import { Switch } from "../ui/switch.tsx";

interface Props {
  catalogue: Result<"tool_catalogue">;
  /** Null: all. */
  chosen: readonly string[] | null;
  disabled: boolean;
  onChange: (chosen: readonly string[] | null) => void;
}

/** Which tools the agent may use. All on means all of them, including later ones. */
export function ToolSwitches({ catalogue, chosen, disabled, onChange }: Props): VNode {
  const names = catalogue.map(({ tool }) => tool);
  const change = (tool: string, isOn: boolean) => {
    const next = names.filter((name) => name === tool ? isOn : chosen?.includes(name) ?? true);
    onChange(next.length === names.length ? null : next);
  };
  return (
    <fieldset class="tools">
      <legend>{t("tools")}</legend>
      <p class="hint">{t("toolsHint")}</p>
      {catalogue.map(({ tool, description, enabled }) => (
        <Switch
          key={tool}
          label={tool}
          hint={enabled ? firstSentence(description) : t("toolOffForClinic")}
          checked={enabled && (chosen?.includes(tool) ?? true)}
          disabled={disabled || !enabled}
          onChange={(isOn) => change(tool, isOn)}
        />
      ))}
    </fieldset>
  );
}

function firstSentence(text: string | null): string | undefined {
  return text?.match(/^.*?[.!?](?=\s|$)/)?.[0] ?? text ?? undefined;
}
