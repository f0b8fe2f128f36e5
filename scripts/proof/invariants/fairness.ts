/** Organizations take turns: a job waits for only a few of another organization's jobs, however many there are. */
import { z } from "zod";
import type { Platform } from "../platform.ts";

const rowsSchema = z.array(z.object({ key: z.string(), passed: z.int() }));

/** How many jobs three workers may have claimed and begun before they look again: five jobs a claim, ten at a time. */
const MAX_PASSED = 3 * (5 + 10);

/**
 * Jobs of organizations other than `greedyOrg` before which more of its jobs were begun than that. Only those that succeeded at the first
 * attempt: after a death or an error a job waits for its lease or its backoff.
 */
export async function fairnessViolations(platform: Platform, greedyOrg: string): Promise<string[]> {
  const rows = await platform.withSql((sql) =>
    sql`
      select job.key, passed.count as passed
      from jobs job cross join lateral (
        select count(*)::integer from jobs greedy
        where greedy.queue = job.queue and greedy.priority = job.priority and greedy.org_id = ${greedyOrg}
          and greedy.started_at > job.created_at and greedy.started_at < job.started_at
      ) passed
      where job.queue = 'tool-sync' and job.priority = 0 and job.org_id <> ${greedyOrg}
        and job.status = 'succeeded' and job.attempts = 1 and job.claims = 1
        -- A job waits for an earlier one under its key, whosever turn it is.
        and not exists (
          select from jobs earlier
          where earlier.queue = job.queue and earlier.key = job.key and earlier.created_at < job.created_at
            and (earlier.finished_at is null or earlier.finished_at > job.created_at))
        and passed.count > ${MAX_PASSED}`
  );
  return rowsSchema.parse([...rows]).map(({ key, passed }) =>
    `Job ${key} waited while ${passed} of one greedy clinic's were begun`
  );
}
