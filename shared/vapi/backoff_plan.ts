/**
 * How Vapi repeats a request of its own that failed: twice, after one and two seconds. Every call of ours may come twice and has
 * its effect once. What is refused stays refused: without the list Vapi would repeat that as well.
 */
export type BackoffPlan = {
  type: "exponential";
  maxRetries: number;
  baseDelaySeconds: number;
  excludedStatusCodes: number[];
};

/** Every status of this kind that is registered with IANA. */
const CLIENT_ERRORS = [
  ...Array.from({ length: 19 }, (_, index) => 400 + index),
  ...[421, 422, 423, 424, 425, 426, 428, 429, 431, 451],
];

export const BACKOFF_PLAN: BackoffPlan = {
  type: "exponential",
  maxRetries: 2,
  baseDelaySeconds: 1,
  excludedStatusCodes: CLIENT_ERRORS,
};
