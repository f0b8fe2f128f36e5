import type { VNode } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import type { Result } from "../../client/call.ts";
import { t } from "../i18n.ts";
import { useSaving } from "../saving.ts";
import { Button } from "../ui/button.tsx";
import { Failure } from "../ui/notice.tsx";
import { type Draft, isChanged } from "./draft.ts";
import { AgentFields } from "./fields.tsx";
import { ToolSwitches } from "./tool_switches.tsx";

interface Props {
  /** What was saved last; editing continues from there. */
  base: Draft;
  catalogue: Result<"tool_catalogue">;
  canEdit: boolean;
  onSave: (draft: Draft) => Promise<void>;
  /** Put into the form from outside, such as a value from Vapi. */
  suggested?: Partial<Draft> | undefined;
}

/** The editor of an agent. Ctrl+S or ⌘S saves. */
export function AgentForm({ base, catalogue, canEdit, onSave, suggested }: Props): VNode {
  const [draft, setDraft] = useState(base);
  const { isBusy, error, save } = useSaving();
  const form = useRef<HTMLFormElement>(null);
  const wasBase = useRef(base);
  const changed = isChanged(base, draft);

  // A newer version of the agent, if nothing has been typed in the meantime.
  useEffect(() => {
    if (!isChanged(wasBase.current, draft)) setDraft(base);
    wasBase.current = base;
  }, [base]);
  useEffect(() => {
    if (suggested !== undefined) setDraft((before) => ({ ...before, ...suggested }));
  }, [suggested]);
  useEffect(() => {
    if (!changed) return;
    const warn = (event: BeforeUnloadEvent) => event.preventDefault();
    addEventListener("beforeunload", warn);
    return () => removeEventListener("beforeunload", warn);
  }, [changed]);

  return (
    <form
      ref={form}
      class="editor"
      onSubmit={(event) => {
        event.preventDefault();
        save(() => onSave(draft));
      }}
      onKeyDown={(event) => {
        if (event.key !== "s" || !(event.ctrlKey || event.metaKey)) return;
        event.preventDefault();
        form.current?.requestSubmit();
      }}
    >
      <div>
        <AgentFields
          draft={draft}
          error={error}
          disabled={!canEdit}
          onChange={(change) => setDraft((before) => ({ ...before, ...change }))}
        />
      </div>
      <div>
        <ToolSwitches
          catalogue={catalogue}
          chosen={draft.tools}
          disabled={!canEdit}
          onChange={(tools) => setDraft((before) => ({ ...before, tools }))}
        />
      </div>
      {canEdit
        ? (
          <div class="save-bar">
            {error !== undefined && <Failure error={error} />}
            <Button kind="main" type="submit" disabled={isBusy || !changed}>
              {t(isBusy ? "saving" : "save")}
            </Button>
            {changed && <span class="faint">{t("unsaved")}</span>}
          </div>
        )
        : <p class="hint">{t("readOnly")}</p>}
    </form>
  );
}
