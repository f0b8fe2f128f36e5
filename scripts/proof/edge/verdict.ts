/**
 * What happens to an effect:
 * - pass: it happens
 * - kill-before, kill-after: the isolate dies, before the request left it or before the answer reached it
 * - cut-before, cut-after: the connection breaks, and the isolate notices
 */
export type Verdict = "pass" | "kill-before" | "kill-after" | "cut-before" | "cut-after";

/** The ways to fail, in the order in which they are tried. */
export const FAILURES = [
  "kill-before",
  "kill-after",
  "cut-before",
  "cut-after",
] as const satisfies readonly Verdict[];
