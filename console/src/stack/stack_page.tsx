import type { VNode } from "preact";
import { t } from "../i18n.ts";
import { useLoad } from "../load.ts";
import type { Organization } from "../organization.ts";
import { usePolling } from "../poll.ts";
import { Failure } from "../ui/notice.tsx";
import { Page } from "../ui/page.tsx";
import { Faults } from "./faults.tsx";
import { RingPanel } from "./ring_panel.tsx";
import { SentLists } from "./sent_lists.tsx";
import { readSent } from "./stack_api.ts";

/** Make a call, break Vapi, and see what was sent: for trying the product on one machine. */
export function StackPage({ organization }: { organization: Organization }): VNode {
  const sent = useLoad("sent", readSent);
  usePolling(true, sent.reload);
  return (
    <Page title={t("stack")} lead={t("stackLead")}>
      <div class="halves">
        <div>
          <RingPanel organization={organization} onStep={sent.reload} />
          <Faults />
        </div>
        <div>
          {sent.error !== undefined && <Failure error={sent.error} onRetry={sent.reload} />}
          {sent.value && <SentLists sent={sent.value} timezone={organization.timezone} />}
        </div>
      </div>
    </Page>
  );
}
