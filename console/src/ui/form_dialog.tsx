import type { ComponentChildren, VNode } from "preact";
import { useState } from "preact/hooks";
import { t } from "../i18n.ts";
import { useSaving } from "../saving.ts";
import { Button } from "./button.tsx";
import { Dialog } from "./dialog.tsx";
import { Failure, Notice } from "./notice.tsx";

interface Props {
  title: string;
  /** Label of the submit button: before, and while it is being sent. */
  verbs: readonly [string, string];
  /** Resolves with the reason why it was refused, in words for the person; undefined when it is done. */
  send: () => Promise<string | undefined>;
  onClose: () => void;
  /** The fields; the error of the last attempt says which of them are wrong. */
  children: (error: unknown) => ComponentChildren;
}

/** A form in a dialog: a refusal is shown above its buttons, and nothing is sent twice. */
export function FormDialog(
  { title, verbs: [verb, busyVerb], send, onClose, children }: Props,
): VNode {
  const [refusal, setRefusal] = useState<string>();
  const { isBusy, error, save } = useSaving();
  return (
    <Dialog title={title} onClose={onClose}>
      <form
        class="stack"
        onSubmit={(event) => {
          event.preventDefault();
          setRefusal(undefined);
          save(async () => setRefusal(await send()));
        }}
      >
        {children(error)}
        {refusal && <Notice tone="wrong">{refusal}</Notice>}
        {error !== undefined && <Failure error={error} />}
        <div class="actions">
          <Button onPress={onClose}>{t("cancel")}</Button>
          <Button kind="main" type="submit" disabled={isBusy}>{isBusy ? busyVerb : verb}</Button>
        </div>
      </form>
    </Dialog>
  );
}
