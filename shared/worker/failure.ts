import type { JsonObject } from "../json.ts";

/** What a failed attempt means for its job. */
export interface Failure {
  /** Kept with the job and shown to people: {code, message, status?}. */
  error: JsonObject;
  /** True if no repetition can help: the job is dead at once. */
  permanent: boolean;
  /** How long to wait; null leaves it to the queue's backoff. */
  retryAfterSeconds: number | null;
}
