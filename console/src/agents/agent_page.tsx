import type { VNode } from "preact";
import { useEffect, useMemo, useState } from "preact/hooks";
import {
  readAgent,
  readAgentState,
  readDrift,
  saveAgent,
  syncHistory,
} from "../../client/agents.ts";
import { call } from "../../client/call.ts";
import type { Tables } from "../../../shared/database_types.ts";
import { t } from "../i18n.ts";
import { useLoad } from "../load.ts";
import { isMissing, NotFound } from "../not_found.tsx";
import type { Organization } from "../organization.ts";
import { useNews } from "../live.ts";
import { href } from "../router.ts";
import { client } from "../session.ts";
import { Failure } from "../ui/notice.tsx";
import { Page } from "../ui/page.tsx";
import { Skeleton } from "../ui/skeleton.tsx";
import { attempt, say } from "../ui/toast.tsx";
import { AgentActions } from "./agent_actions.tsx";
import { AgentForm } from "./agent_form.tsx";
import { AgentLead } from "./agent_lead.tsx";
import { Conflict } from "./conflict.tsx";
import { agentChangeOf, type Draft, draftOf } from "./draft.ts";
import { DriftTable } from "./drift_table.tsx";
import { SyncHistory } from "./history.tsx";
import { isOnItsWay } from "./sync_badge.tsx";

/** One agent: its settings, the state of its sync, what was edited elsewhere. */
export function AgentPage(
  { organization, agentId }: { organization: Organization; agentId: string },
): VNode {
  const agent = useLoad(agentId, () => readAgent(client.value, agentId));
  const state = useLoad(`state ${agentId}`, () => readAgentState(client.value, agentId));
  const syncId = `${state.value?.sync_id} ${state.value?.sync_state}`;
  const drift = useLoad(`drift ${agentId}`, () => readDrift(client.value, agentId));
  const history = useLoad(
    `history ${agentId}`,
    () => syncHistory(client.value, agentId, { limit: 20 }),
  );
  const catalogue = useLoad(
    `catalogue ${organization.id}`,
    () => call(client.value, "tool_catalogue", { p_org_id: organization.id }),
  );
  // What is shown stays until the answer arrives.
  useEffect(() => {
    if (state.value === undefined) return;
    drift.reload();
    history.reload();
  }, [syncId]);
  useNews("agents", state.value !== undefined && isOnItsWay(state.value), state.reload);
  const [conflict, setConflict] = useState<{ mine: Draft; theirs: Tables<"agents"> }>();
  const [suggested, setSuggested] = useState<Partial<Draft>>();
  const row = agent.value;
  const base = useMemo(() => row && draftOf(row), [row]);

  if (isMissing(agent.error) || (row && row.org_id !== organization.id)) return <NotFound />;
  if (row === undefined || base === undefined) {
    return agent.isLoading
      ? <Skeleton lines={8} />
      : <Failure error={agent.error} onRetry={agent.reload} />;
  }

  const save = async (draft: Draft, edited: Tables<"agents"> = row) => {
    const saved = await saveAgent(client.value, agentChangeOf(edited, draft, edited.version));
    if (saved.outcome === "conflict") {
      setConflict({ mine: draft, theirs: await readAgent(client.value, agentId) });
      return;
    }
    setConflict(undefined);
    await Promise.all([agent.reload(), state.reload()]);
    say(t("saved"));
  };

  const sendOurs = (paths: string[]) =>
    attempt(async () => {
      await call(client.value, "send_settings", { p_agent_id: agentId, p_paths: paths });
      await state.reload();
      say(t("sentOurs"));
    });

  return (
    <Page
      title={row.name}
      lead={state.value && (
        <AgentLead
          agent={state.value}
          rejected={row.rejected_settings}
          modelSet={row.model_set}
        />
      )}
      actions={
        <>
          <a class="button" href={href(organization.id, "agents", agentId, "try")}>{t("tryIt")}</a>
          {organization.isAdmin && state.value && (
            <AgentActions agent={state.value} organization={organization} onDone={state.reload} />
          )}
        </>
      }
    >
      {drift.value !== undefined && drift.value.length > 0 && (
        <DriftTable
          rows={drift.value}
          canEdit={organization.isAdmin}
          onTake={setSuggested}
          onSend={sendOurs}
        />
      )}
      <AgentForm
        base={base}
        catalogue={catalogue.value ?? []}
        canEdit={organization.isAdmin}
        onSave={save}
        suggested={suggested}
      />
      <SyncHistory rows={history.value ?? []} timezone={organization.timezone} />
      {conflict && (
        <Conflict
          base={base}
          mine={conflict.mine}
          theirs={draftOf(conflict.theirs)}
          version={conflict.theirs.version}
          onSave={(merged) => save(merged, conflict.theirs)}
          onClose={() => setConflict(undefined)}
        />
      )}
    </Page>
  );
}
