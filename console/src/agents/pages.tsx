import type { VNode } from "preact";
import { NotFound } from "../not_found.tsx";
import type { Organization } from "../organization.ts";
import { AgentPage } from "./agent_page.tsx";
import { AgentList } from "./list.tsx";
import { NewAgent } from "./new_agent.tsx";
import { RehearsalPage } from "./rehearsal/rehearsal_page.tsx";

export function AgentPages(
  { organization, path: [id, ...rest] }: { organization: Organization; path: readonly string[] },
): VNode {
  if (id !== undefined && rest.length === 1 && rest[0] === "try") {
    return <RehearsalPage key={id} organization={organization} agentId={id} />;
  }
  if (rest.length > 0) return <NotFound />;
  if (id === undefined) return <AgentList organization={organization} />;
  if (id === "new") {
    return organization.isAdmin ? <NewAgent organization={organization} /> : <NotFound />;
  }
  return <AgentPage key={id} organization={organization} agentId={id} />;
}
