import type { VNode } from "preact";
import type { RehearsedCall, RehearsedTool } from "../../../client/rehearsal.ts";
import { t } from "../../i18n.ts";
import { useSaving } from "../../saving.ts";
import { Button } from "../../ui/button.tsx";
import { Field } from "../../ui/field.tsx";
import { Failure } from "../../ui/notice.tsx";
import { Switch } from "../../ui/switch.tsx";

/** What was typed, by argument name: tools that share an argument share its value. */
export type Typed = Readonly<Record<string, string>>;

interface Props {
  tool: RehearsedTool;
  typed: Typed;
  onType: (name: string, value: string) => void;
  onCall: (args: RehearsedCall["arguments"]) => Promise<void>;
}

/** A tool's arguments as a form, made from their JSON Schema. Words are read as a caller says them: "tomorrow at 9". */
export function ToolForm({ tool, typed, onType, onCall }: Props): VNode {
  const { isBusy, error, save } = useSaving();
  const { properties, required } = tool.parameters;
  const names = Object.keys(properties);
  return (
    <form
      class="stack"
      onSubmit={(event) => {
        event.preventDefault();
        save(() => onCall(argumentsOf(tool, typed)));
      }}
    >
      <p class="hint">{tool.description}</p>
      {names.map((name) => {
        const { type, description, enum: choices } = properties[name] ?? { type: "string" };
        const value = typed[name] ?? "";
        if (type === "boolean") {
          return (
            <Switch
              key={name}
              label={name}
              hint={description}
              checked={value === "true"}
              onChange={(isOn) => onType(name, isOn ? "true" : "")}
            />
          );
        }
        return (
          <Field
            key={name}
            label={name}
            hint={description}
            optional={!required.includes(name)}
          >
            {choices
              ? (
                <select
                  value={value}
                  onChange={({ currentTarget }) => onType(name, currentTarget.value)}
                >
                  <option value="" />
                  {choices.map((choice) => <option key={choice} value={choice}>{choice}</option>)}
                </select>
              )
              : (
                <input
                  autocomplete="off"
                  value={value}
                  onInput={({ currentTarget }) => onType(name, currentTarget.value)}
                />
              )}
          </Field>
        );
      })}
      {error !== undefined && <Failure error={error} />}
      <div class="actions">
        <Button kind="main" type="submit" disabled={isBusy}>
          {t(isBusy ? "trying" : "tryTool")}
        </Button>
      </div>
    </form>
  );
}

/** As a model would write them; empty fields are left out, so that the agent's question is heard. */
function argumentsOf({ parameters }: RehearsedTool, typed: Typed): RehearsedCall["arguments"] {
  return Object.fromEntries(
    Object.entries(parameters.properties).flatMap(([name, { type }]) => {
      const value = typed[name]?.trim() ?? "";
      if (value === "") return [];
      return [[name, type === "boolean" ? value === "true" : value]];
    }),
  );
}
