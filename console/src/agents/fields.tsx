import type { VNode } from "preact";
import { t, tWord } from "../i18n.ts";
import { Field } from "../ui/field.tsx";
import { problemOf } from "../ui/notice.tsx";
import type { Draft, DraftField } from "./draft.ts";
import { languages, models, voiceProviders, voicesOf } from "./suggestions.ts";

interface Props {
  draft: Draft;
  onChange: (change: Partial<Draft>) => void;
  error: unknown;
  disabled: boolean;
}

/** What the agent is told and how it sounds. */
export function AgentFields({ draft, onChange, error, disabled }: Props): VNode {
  const text = (field: Exclude<DraftField, "tools" | "role">) => ({
    value: draft[field],
    disabled,
    onInput: (event: { currentTarget: HTMLInputElement | HTMLTextAreaElement }) =>
      onChange({ [field]: event.currentTarget.value }),
  });
  return (
    <>
      <div class="columns">
        <Field label={t("name")} problem={problemOf(error, "name")}>
          <input required maxLength={40} {...text("name")} />
        </Field>
        <Field label={t("agentRole")} problem={problemOf(error, "role")}>
          <select
            value={draft.role}
            disabled={disabled}
            onChange={({ currentTarget: { value } }) =>
              onChange({ role: value === "outbound" ? "outbound" : "inbound" })}
          >
            {["inbound", "outbound"].map((role) => (
              <option key={role} value={role}>{tWord("role", role)}</option>
            ))}
          </select>
        </Field>
      </div>
      <Field label={t("prompt")} hint={t("promptHint")} problem={problemOf(error, "systemPrompt")}>
        <textarea required rows={10} {...text("systemPrompt")} />
      </Field>
      <Field
        label={t("firstMessage")}
        hint={t("firstMessageHint")}
        optional
        problem={problemOf(error, "firstMessage")}
      >
        <input maxLength={1000} {...text("firstMessage")} />
      </Field>
      <div class="columns three">
        <Field
          label={t("voiceProvider")}
          optional
          problem={problemOf(error, "voice", "voice.provider")}
        >
          <input list="voice-providers" placeholder={t("voiceNone")} {...text("voiceProvider")} />
        </Field>
        <Field label={t("voiceId")} optional problem={problemOf(error, "voice.voiceId")}>
          <input list="voices" {...text("voiceId")} />
        </Field>
        <Field
          label={t("spoken")}
          hint={t("spokenHint")}
          optional
          problem={problemOf(error, "language")}
        >
          <input list="languages" {...text("language")} />
        </Field>
      </div>
      <details>
        <summary>{t("advanced")}</summary>
        <div class="columns">
          <Field
            label={t("modelProvider")}
            optional
            problem={problemOf(error, "model", "model.provider")}
          >
            <input {...text("modelProvider")} />
          </Field>
          <Field label={t("modelName")} optional problem={problemOf(error, "model.model")}>
            <input list="models" {...text("model")} />
          </Field>
          <Field label={t("temperature")} optional problem={problemOf(error, "model.temperature")}>
            <input type="number" min="0" max="2" step="0.1" {...text("temperature")} />
          </Field>
          <Field label={t("maxDuration")} optional problem={problemOf(error, "maxDurationSeconds")}>
            <input type="number" min="10" max="43200" {...text("maxDurationSeconds")} />
          </Field>
        </div>
      </details>
      <Suggestions id="voice-providers" of={voiceProviders} />
      <Suggestions id="voices" of={voicesOf(draft.voiceProvider)} />
      <Suggestions id="languages" of={languages} />
      <Suggestions id="models" of={models} />
    </>
  );
}

function Suggestions({ id, of }: { id: string; of: readonly string[] }): VNode {
  return <datalist id={id}>{of.map((value) => <option key={value} value={value} />)}</datalist>;
}
