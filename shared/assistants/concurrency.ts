import { JOB_TIMEOUT_MS } from "../worker/lifetime.ts";

/** For each request that Vapi may have at one time: jobs that write to the database leave Vapi idle. */
const JOBS_PER_REQUEST = 2;

/** What a job asks of Vapi as a rule, and the lanes that ask at one time through one door. */
const REQUESTS_PER_JOB = 3;
const LANES = 2;

/** Jobs of a lane at one time. Where requests are spaced out, only as many as can all be through before their time is up. */
export function jobsAtOnce(
  { maxConcurrency, minIntervalMs }: { maxConcurrency: number; minIntervalMs: number },
): number {
  const wanted = JOBS_PER_REQUEST * maxConcurrency;
  if (minIntervalMs === 0) return wanted;
  const possible = Math.floor(JOB_TIMEOUT_MS / (minIntervalMs * REQUESTS_PER_JOB * LANES));
  return Math.max(1, Math.min(wanted, possible));
}
