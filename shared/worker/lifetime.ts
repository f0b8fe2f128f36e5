/**
 * How long a worker's parts last. Its isolate lives for 150 s at least. So: it starts jobs for at most 60 s, a job may take 60 s, and
 * the rest is margin; a lease outlives both, so a job that is taken over was really given up.
 */
export const CLAIM_FOR_MS = 60_000;
export const JOB_TIMEOUT_MS = 60_000;
export const LEASE_SECONDS = 180;
