import type { VNode } from "preact";
import { useEffect, useState } from "preact/hooks";
import type { Agent } from "../../client/results.ts";
import { sinceOf } from "../clock.ts";
import { t, tWord } from "../i18n.ts";

/** Whether an agent's sync is under way, so that polling soon is worthwhile. */
export function isOnItsWay({ sync_state }: Pick<Agent, "sync_state">): boolean {
  return sync_state === "pending" || sync_state === "syncing";
}

/** The state of an agent's sync, in a word; while Vapi does not answer, the time of the next attempt. */
export function SyncBadge({ agent }: { agent: Agent }): VNode {
  const isPaused = agent.paused_at !== null && agent.sync_state === "synced";
  const tone = isPaused ? "paused" : agent.sync_state;
  const isWaiting = agent.next_attempt_at !== null && agent.sync_state === "pending";
  return (
    <span class={`badge ${isWaiting ? "waiting" : tone}`}>
      {isWaiting && agent.next_attempt_at !== null
        ? <Waiting until={agent.next_attempt_at} />
        : tWord("sync", tone)}
    </span>
  );
}

function Waiting({ until }: { until: string }): VNode {
  const [now, setNow] = useState(Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1000);
    return () => clearInterval(timer);
  }, []);
  const isDue = Date.parse(until) <= now;
  return <>{isDue ? t("waitingNow") : t("waiting", { when: sinceOf(until, now) })}</>;
}
