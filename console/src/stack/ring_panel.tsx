import type { VNode } from "preact";
import { useState } from "preact/hooks";
import { listAgents } from "../../client/agents.ts";
import { t } from "../i18n.ts";
import { useLoad } from "../load.ts";
import type { Organization } from "../organization.ts";
import { client } from "../session.ts";
import { Button } from "../ui/button.tsx";
import { Field } from "../ui/field.tsx";
import { attempt } from "../ui/toast.tsx";
import { ring, type Step } from "./stack_api.ts";

/** Plays a call, and shows its messages as they come. */
export function RingPanel(
  { organization, onStep }: { organization: Organization; onStep: () => Promise<void> },
): VNode {
  const agents = useLoad(
    `ring ${organization.id}`,
    () => listAgents(client.value, organization.id, { limit: 1000 }),
  );
  const linked = (agents.value ?? []).filter(({ assistant_id }) => assistant_id !== null);
  const [chosen, setChosen] = useState("");
  const [steps, setSteps] = useState<readonly Step[]>([]);
  const assistantId = chosen || (linked[0]?.assistant_id ?? "");
  const isRinging = steps.length > 0 &&
    !steps.some(({ kind }) => kind === "ended" || kind === "broken");

  const call = async () => {
    setSteps([]);
    await attempt(() => ring(assistantId, (step) => setSteps((before) => [...before, step])));
    await onStep();
  };
  return (
    <section aria-labelledby="ring">
      <h2 id="ring">{t("ringTitle")}</h2>
      <p class="hint">{t("ringWhy")}</p>
      {linked.length === 0 ? <p class="hint">{t("noneLinked")}</p> : (
        <div class="row plain">
          <Field label={t("ringAgent")}>
            <select value={assistantId} onChange={(event) => setChosen(event.currentTarget.value)}>
              {linked.map(({ assistant_id, name }) => (
                <option key={assistant_id} value={assistant_id ?? ""}>{name}</option>
              ))}
            </select>
          </Field>
          <Button kind="main" onPress={call}>{t(isRinging ? "ringing" : "ring")}</Button>
        </div>
      )}
      <ol class="dialogue" aria-live="polite">
        {steps.map((step, at) => <li key={at} class={step.kind}>{line(step)}</li>)}
      </ol>
    </section>
  );
}

function line(step: Step): VNode {
  switch (step.kind) {
    case "started":
      return <p class="faint">{t("callStarted", { caller: step.caller })}</p>;
    case "asked":
      return (
        <p>
          <code>{step.tool}</code>{" "}
          <span class="faint">{Object.values(step.arguments).join(" · ")}</span>
        </p>
      );
    case "answered":
      return (
        <>
          <p>
            “{step.said}” <span class="faint number">{step.ms} ms</span>
          </p>
          <details>
            <summary>{t("showBody")}</summary>
            <pre tabIndex={0}>{JSON.stringify(step.answer, null, 2)}</pre>
          </details>
        </>
      );
    case "ended":
      return <p class="faint">{t(step.booked ? "callBooked" : "callNotBooked")}</p>;
    case "broken":
      return <p class="problem">{t("callBroken", { reason: step.reason })}</p>;
  }
}
