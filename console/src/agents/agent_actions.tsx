import type { VNode } from "preact";
import { useState } from "preact/hooks";
import { call } from "../../client/call.ts";
import type { Agent } from "../../client/results.ts";
import { t } from "../i18n.ts";
import type { Organization } from "../organization.ts";
import { go, href } from "../router.ts";
import { client } from "../session.ts";
import { Button } from "../ui/button.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { Switch } from "../ui/switch.tsx";
import { attempt } from "../ui/toast.tsx";

interface Props {
  agent: Agent;
  organization: Organization;
  onDone: () => Promise<void>;
}

/** Sync again, pause, delete. */
export function AgentActions({ agent, organization, onDone }: Props): VNode {
  const [isDeleting, setDeleting] = useState(false);
  const [keep, setKeep] = useState(false);
  const isPaused = agent.paused_at !== null;
  const ask = (name: "resync_agent" | "pause_agent" | "resume_agent") =>
    attempt(async () => {
      await call(client.value, name, { p_agent_id: agent.agent_id });
      await onDone();
    });
  const remove = () =>
    attempt(async () => {
      await call(client.value, "delete_agent", {
        p_agent_id: agent.agent_id,
        p_keep_assistant: keep,
      });
      go(href(organization.id, "agents"));
    });
  return (
    <>
      {agent.sync_state === "failed" && (
        <Button onPress={() => ask("resync_agent")}>{t("retry")}</Button>
      )}
      {agent.sync_state === "synced" && (
        <Button onPress={() => ask("resync_agent")}>{t("resync")}</Button>
      )}
      <Button onPress={() => ask(isPaused ? "resume_agent" : "pause_agent")}>
        {t(isPaused ? "resume" : "pause")}
      </Button>
      <Button onPress={() => setDeleting(true)}>{t("delete")}</Button>
      {isDeleting && (
        <Dialog
          title={t("deleteAgent", { name: agent.name })}
          onClose={() => setDeleting(false)}
        >
          <p>{t("deleteWhy")}</p>
          <Switch label={t("keepAssistant")} checked={keep} onChange={setKeep} />
          <div class="actions">
            <Button onPress={() => setDeleting(false)}>{t("cancel")}</Button>
            <Button kind="danger" onPress={remove}>{t("delete")}</Button>
          </div>
        </Dialog>
      )}
    </>
  );
}
