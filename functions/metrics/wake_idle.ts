/**
 * Wakes the workers of queues in which something has long been due. Usually the database does that, through pg_net; but when
 * pg_net stands still, not even an alert would go out. Then the next scrape wakes them.
 */
import type { Metric } from "./exposition.ts";

export interface WakeIdleOptions {
  functionsUrl: string;
  secretKey: string;
  fetch?: typeof fetch;
}

/** The sweep wakes a worker every ten seconds, so by then it has tried several times. */
const IDLE_AFTER_SECONDS = 60;
const TIMEOUT_MS = 5_000;

/** Names of the queues whose oldest due job has waited for more than a minute. */
export function idleQueues(metrics: readonly Metric[]): string[] {
  const ages = metrics.find(({ name }) => name === "oldest_due_job_age_seconds")?.samples ?? [];
  const idle = ages.filter(({ value }) => value !== null && value > IDLE_AFTER_SECONDS);
  return [...new Set(idle.map(({ labels }) => labels["queue"] ?? ""))].filter((name) =>
    name !== ""
  );
}

/** Never rejects: the next scrape tries again. */
export async function wakeIdle(
  metrics: readonly Metric[],
  { functionsUrl, secretKey, fetch: call = fetch }: WakeIdleOptions,
): Promise<void> {
  await Promise.allSettled(
    idleQueues(metrics).map(async (queue) => {
      const response = await call(`${functionsUrl}/${queue}`, {
        method: "POST",
        headers: { apikey: secretKey },
        signal: AbortSignal.timeout(TIMEOUT_MS),
      });
      await response.body?.cancel();
    }),
  );
}
