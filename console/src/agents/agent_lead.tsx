import type { VNode } from "preact";
import * as z from "zod/mini";
import type { Agent } from "../../client/results.ts";
import { t } from "../i18n.ts";
import { SyncBadge } from "./sync_badge.tsx";

const rejectedSchema = z.catch(
  z.array(z.object({ path: z.string(), reason: z.string() })),
  [],
);

/** The agent's state in one line; what Vapi refused in another. */
export function AgentLead(
  { agent, rejected, modelSet }: { agent: Agent; rejected: unknown; modelSet: string | null },
): VNode {
  return (
    <>
      <p class="facts">
        <SyncBadge agent={agent} />
        <span>{t("versionN", { n: agent.version })}</span>
        <span>
          {t("assistant")}: <code>{agent.assistant_id ?? t("notMadeYet")}</code>
        </span>
      </p>
      {modelSet && <p class="faint">{t("modelSet", { model: modelSet })}</p>}
      {agent.sync_state === "failed" && <p class="problem">{agent.last_error?.message}</p>}
      {agent.next_attempt_at !== null && agent.last_error !== null && (
        <p class="faint">{agent.last_error.message}</p>
      )}
      {rejectedSchema.parse(rejected).map(({ path, reason }) => (
        <p class="problem" key={path}>{t("rejected", { what: `${path}: ${reason}` })}</p>
      ))}
    </>
  );
}
