/** What a page hears of changes in the clinic that is open: at once where Realtime is there, else by looking again. */
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

/** Asks again when there is news. `isBusy`: something is on its way, so without Realtime a look soon is worth it. */
export function useNews(topic: Topic, isBusy: boolean, ask: () => Promise<unknown>): void {
  const count = news[topic].value;
  useEffect(() => {
    if (count > 0) ask();
  }, [count]);
  usePolling(isBusy && !isLive.value, ask);
}
