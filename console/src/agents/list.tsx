import type { VNode } from "preact";
import { listAgents } from "../../client/agents.ts";
import type { Agent } from "../../client/results.ts";
import { dateTimeOf } from "../clock.ts";
import { t, tWord } from "../i18n.ts";
import type { Organization } from "../organization.ts";
import { useNews } from "../live.ts";
import { usePages } from "../pages.ts";
import { href } from "../router.ts";
import { client } from "../session.ts";
import { Button } from "../ui/button.tsx";
import { Empty } from "../ui/empty.tsx";
import { Failure } from "../ui/notice.tsx";
import { Page } from "../ui/page.tsx";
import { Skeleton } from "../ui/skeleton.tsx";
import { isOnItsWay, SyncBadge } from "./sync_badge.tsx";

/** The agents of a clinic with the state of each sync, kept up to date. */
export function AgentList({ organization }: { organization: Organization }): VNode {
  const agents = usePages(
    `agents ${organization.id}`,
    (page) => listAgents(client.value, organization.id, page),
  );
  const rows = agents.value ?? [];
  useNews("agents", rows.some(isOnItsWay), agents.reload);
  const add = organization.isAdmin && (
    <a class="button main" href={href(organization.id, "agents", "new")}>{t("newAgent")}</a>
  );
  return (
    <Page title={t("agents")} actions={rows.length > 0 && add}>
      {agents.error !== undefined && <Failure error={agents.error} onRetry={agents.reload} />}
      {agents.value === undefined && agents.isLoading && <Skeleton />}
      {agents.value?.length === 0 && (
        <Empty title={t("noAgents")}>
          <p>{t("noAgentsWhy")}</p>
          {add}
        </Empty>
      )}
      {rows.length > 0 && <AgentTable rows={rows} organization={organization} />}
      {agents.hasMore && <Button onPress={agents.more}>{t("more")}</Button>}
    </Page>
  );
}

function AgentTable({ rows, organization }: { rows: Agent[]; organization: Organization }): VNode {
  return (
    <table>
      <thead>
        <tr>
          <th scope="col">{t("name")}</th>
          <th scope="col">{t("state")}</th>
          <th scope="col" class="wide">{t("agentRole")}</th>
          <th scope="col" class="wide">{t("version")}</th>
          <th scope="col" class="wide">{t("changed")}</th>
        </tr>
      </thead>
      <tbody>
        {rows.map((agent) => (
          <tr key={agent.agent_id}>
            <td>
              <a href={href(organization.id, "agents", agent.agent_id)}>{agent.name}</a>
            </td>
            <td>
              <SyncBadge agent={agent} />
              {agent.sync_state === "failed" && <p class="faint">{agent.last_error?.message}</p>}
              {agent.drift_count > 0 && (
                <p class="faint">{t("driftCount", { n: agent.drift_count })}</p>
              )}
            </td>
            <td class="wide">{tWord("role", agent.role)}</td>
            <td class="wide number">{agent.version}</td>
            <td class="wide">{dateTimeOf(agent.updated_at, organization.timezone)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
