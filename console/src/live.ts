/** How a page learns of changes in the open clinic: at once through Realtime, otherwise by polling. */
import { signal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { subscribe } from "../client/subscribe.ts";
import { usePolling } from "./poll.ts";
import { client } from "./session.ts";

export type Topic = "agents" | "visits" | "calls";

/** Counts what came, by topic. */
const news = { agents: signal(0), visits: signal(0), calls: signal(0) };
const isLive = signal(false);

/** Follows a clinic as long as it is open. */
export function useNewsOf(orgId: string): void {
  useEffect(() => {
    const subscription = subscribe(client.value, orgId, {
      onAgents: () => news.agents.value++,
      onVisits: () => news.visits.value++,
      onCalls: () => news.calls.value++,
      onMode: (mode) => isLive.value = mode === "live",
    });
    return () => {
      isLive.value = false;
      subscription.close();
    };
  }, [orgId]);
}

/** Reloads when there is news. `isBusy`: something is under way, so without Realtime it is worth polling soon. */
export function useNews(topic: Topic, isBusy: boolean, ask: () => Promise<unknown>): void {
  const count = news[topic].value;
  useEffect(() => {
    if (count > 0) ask();
  }, [count]);
  usePolling(isBusy && !isLive.value, ask);
}
