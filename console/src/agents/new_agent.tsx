import type { VNode } from "preact";
import { saveAgent } from "../../client/agents.ts";
import { call } from "../../client/call.ts";
import { t } from "../i18n.ts";
import { useLoad } from "../load.ts";
import type { Organization } from "../organization.ts";
import { go, href } from "../router.ts";
import { client } from "../session.ts";
import { Page } from "../ui/page.tsx";
import { AgentForm } from "./agent_form.tsx";
import { emptyDraft, newAgentOf } from "./draft.ts";

export function NewAgent({ organization }: { organization: Organization }): VNode {
  const catalogue = useLoad(
    `catalogue ${organization.id}`,
    () => call(client.value, "tool_catalogue", { p_org_id: organization.id }),
  );
  return (
    <Page title={t("newAgent")}>
      <AgentForm
        base={emptyDraft}
        catalogue={catalogue.value ?? []}
        canEdit
        onSave={async (draft) => {
          const saved = await saveAgent(client.value, newAgentOf(organization.id, draft));
          if (saved.outcome === "saved") go(href(organization.id, "agents", saved.agentId));
        }}
      />
    </Page>
  );
}
