import type { VNode } from "preact";
import { useState } from "preact/hooks";
import { type StringKey, t } from "../i18n.ts";
import { useSaving } from "../saving.ts";
import { Button } from "../ui/button.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { Failure } from "../ui/notice.tsx";
import type { Draft, DraftField } from "./draft.ts";
import { mergeDrafts, take } from "./merge_drafts.ts";

interface Props {
  base: Draft;
  mine: Draft;
  theirs: Draft;
  /** The version that they saved. */
  version: number;
  onSave: (merged: Draft) => Promise<void>;
  onClose: () => void;
}

const labels: Readonly<Record<DraftField, StringKey>> = {
  name: "name",
  role: "agentRole",
  systemPrompt: "prompt",
  firstMessage: "firstMessage",
  language: "spoken",
  voiceProvider: "voiceProvider",
  voiceId: "voiceId",
  modelProvider: "modelProvider",
  model: "modelName",
  temperature: "temperature",
  maxDurationSeconds: "maxDuration",
  tools: "tools",
};

/** Both versions side by side, a choice for each field that both changed, and one version to save. */
export function Conflict({ base, mine, theirs, version, onSave, onClose }: Props): VNode {
  const { merged, conflicts } = mergeDrafts(base, mine, theirs);
  const [taken, setTaken] = useState<readonly DraftField[]>([]);
  const { error, save } = useSaving();
  const choose = (field: DraftField, isTheirs: boolean) =>
    setTaken(isTheirs ? [...taken, field] : taken.filter((other) => other !== field));
  return (
    <Dialog title={t("conflictTitle")} onClose={onClose}>
      <p class="lead">
        {conflicts.length === 0 ? t("conflictNone") : t("conflictWhy", { n: version })}
      </p>
      {conflicts.map((field) => (
        <fieldset class="choice" key={field}>
          <legend>{t(labels[field])}</legend>
          {([false, true] as const).map((isTheirs) => (
            <label key={String(isTheirs)}>
              <input
                type="radio"
                name={field}
                checked={taken.includes(field) === isTheirs}
                onChange={() => choose(field, isTheirs)}
              />
              <span>
                <strong>{t(isTheirs ? "theirs" : "mine")}</strong>
                <span class="value">{show((isTheirs ? theirs : mine)[field])}</span>
              </span>
            </label>
          ))}
        </fieldset>
      ))}
      {error !== undefined && <Failure error={error} />}
      <div class="actions">
        <Button onPress={onClose}>{t("cancel")}</Button>
        <Button kind="main" onPress={() => save(() => onSave(take(merged, theirs, taken)))}>
          {t("saveMerged")}
        </Button>
      </div>
    </Dialog>
  );
}

function show(value: Draft[DraftField]): string {
  if (value === null || value === "") return t("empty");
  return typeof value === "string" ? value : value.join(", ");
}
