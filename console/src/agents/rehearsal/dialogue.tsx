import type { VNode } from "preact";
import type { Rehearsed, RehearsedCall } from "../../../client/rehearsal.ts";
import { t } from "../../i18n.ts";

/** One tool call, and its result. */
export interface Turn {
  readonly call: RehearsedCall;
  readonly answer: Rehearsed;
}

/** The tool calls so far, what the agent would have said, and the texts that would have been sent. */
export function Dialogue({ turns }: { turns: readonly Turn[] }): VNode {
  return (
    <ol class="dialogue" aria-live="polite">
      {turns.map(({ call, answer }, at) => (
        <li key={at} class={answer.result?.success ? "answered" : undefined}>
          <p class="faint">
            <code>{call.tool}</code> · <span class="number">{answer.ms} ms</span>
          </p>
          <p>{answer.result?.message ?? answer.error}</p>
          {answer.texts.map(({ to, body }) => (
            <div key={to} class="row">
              <div>
                <p class="faint">{t("textWouldLeave", { to })}</p>
                <p class="value">{body}</p>
              </div>
            </div>
          ))}
          <details>
            <summary>{t("requestAndAnswer")}</summary>
            <pre tabIndex={0}>{write(call.arguments)}</pre>
            <pre tabIndex={0}>{write(answer.result ?? { error: answer.error })}</pre>
          </details>
        </li>
      ))}
    </ol>
  );
}

function write(value: unknown): string {
  return JSON.stringify(value, null, 2);
}
