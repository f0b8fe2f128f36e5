import type { VNode } from "preact";
import { useState } from "preact/hooks";
import { readAgentState } from "../../../client/agents.ts";
import {
  rehearsalTools,
  rehearse,
  type Rehearsed,
  type RehearsedCall,
} from "../../../client/rehearsal.ts";
import { t } from "../../i18n.ts";
import { useLoad } from "../../load.ts";
import { isMissing, NotFound } from "../../not_found.tsx";
import type { Organization } from "../../organization.ts";
import { href } from "../../router.ts";
import { client } from "../../session.ts";
import { Button } from "../../ui/button.tsx";
import { Field } from "../../ui/field.tsx";
import { Failure } from "../../ui/notice.tsx";
import { Page } from "../../ui/page.tsx";
import { Skeleton } from "../../ui/skeleton.tsx";
import { Dialogue, type Turn } from "./dialogue.tsx";
import { ToolForm, type Typed } from "./tool_form.tsx";

/** Reserved for fiction: nobody has it. */
const NOBODYS = "+12025550142";
const typedAtFirst: Typed = { patientName: "Example Patient", patientPhone: NOBODYS };

/** An agent's tools without a call: a dialogue of forms, on calendars that callers never get. */
export function RehearsalPage(
  { organization, agentId }: { organization: Organization; agentId: string },
): VNode {
  const [sessionId, setSession] = useState(() => crypto.randomUUID());
  const [caller, setCaller] = useState(NOBODYS);
  const [chosen, setChosen] = useState("");
  const [typed, setTyped] = useState(typedAtFirst);
  const [turns, setTurns] = useState<readonly Turn[]>([]);
  const rehearsal = { agentId, sessionId };
  const loaded = useLoad(`rehearsal ${agentId} ${sessionId}`, async () => {
    const [agent, offered] = await Promise.all([
      readAgentState(client.value, agentId),
      rehearsalTools(client.value, rehearsal),
    ]);
    return { agent, ...offered };
  });
  if (isMissing(loaded.error)) return <NotFound />;
  if (loaded.value === undefined) {
    return loaded.isLoading
      ? <Skeleton />
      : <Failure error={loaded.error} onRetry={loaded.reload} />;
  }
  const { agent, tools, calendars } = loaded.value;
  if (agent.org_id !== organization.id) return <NotFound />;
  const tool = tools.find(({ name }) => name === chosen) ??
    tools.find(({ name }) => name === "checkAvailability") ?? tools[0];

  const ask = async (args: RehearsedCall["arguments"]) => {
    if (tool === undefined) return;
    const call = { tool: tool.name, arguments: args, caller: caller.trim() || null };
    const answer = await rehearse(client.value, rehearsal, call);
    setTurns((before) => [...before, { call, answer }]);
    setTyped((before) => ({ ...before, ...idsOf(answer) }));
  };
  const startOver = () => {
    setTurns([]);
    setTyped(typedAtFirst);
    setSession(crypto.randomUUID());
  };

  return (
    <Page
      title={t("tryAgent", { name: agent.name })}
      lead={t("tryWhy", { calendars: calendars.join(", ") })}
      actions={
        <>
          <Button onPress={startOver}>{t("startOver")}</Button>
          <a class="button" href={href(organization.id, "agents", agentId)}>{t("back")}</a>
        </>
      }
    >
      <div class="halves">
        <section class="stack">
          <Field label={t("tool")}>
            <select
              value={tool?.name}
              onChange={({ currentTarget }) => setChosen(currentTarget.value)}
            >
              {tools.map(({ name }) => <option key={name} value={name}>{name}</option>)}
            </select>
          </Field>
          <Field label={t("callerNumber")} hint={t("callerNumberHint")} optional>
            <input
              type="tel"
              value={caller}
              onInput={({ currentTarget }) => setCaller(currentTarget.value)}
            />
          </Field>
          {tool && (
            <ToolForm
              key={tool.name}
              tool={tool}
              typed={typed}
              onType={(name, value) => setTyped((before) => ({ ...before, [name]: value }))}
              onCall={ask}
            />
          )}
        </section>
        <section aria-label={t("dialogue")}>
          {turns.length === 0 ? <p class="hint">{t("noTurns")}</p> : <Dialogue turns={turns} />}
        </section>
      </div>
    </Page>
  );
}

/** Ids in an answer, which a model would pass on to the next tool. */
function idsOf({ result }: Rehearsed): Typed {
  return Object.fromEntries(
    Object.entries(result ?? {}).flatMap(([name, value]) =>
      name.endsWith("Id") && typeof value === "string" ? [[name, value]] : []
    ),
  );
}
