/** Where the time of a job went: its attempts, each as stretches of time below each other. */
import * as z from "zod/mini";
import type { Result } from "../../client/call.ts";

export type TracedJob = Result<"operator_trace">[number];

const errorSchema = z.looseObject({ code: z.string(), message: z.string() });
const attemptsSchema = z.catch(
  z.array(z.object({
    startedAt: z.string(),
    endedAt: z.nullable(z.string()),
    error: z.catch(z.nullable(errorSchema), null),
    /** When the worker was woken, in milliseconds after the claim, so negative; null if no worker reported it. */
    woken: z.nullable(z.number()),
    requests: z.array(z.object({
      method: z.string(),
      path: z.string(),
      status: z.nullable(z.number()),
      at: z.number(),
      ms: z.number(),
    })),
  })),
  [],
);
type Attempt = z.infer<typeof attemptsSchema>[number];

export interface Stretch {
  kind: "waited" | "claimed" | "requested" | "recorded";
  /** Of a request: its method and path. */
  label?: string;
  status?: number | null;
  /** Milliseconds since the stretches' beginning. */
  from: number;
  ms: number;
}

export interface TracedAttempt {
  startedAt: string;
  /** Null while it runs. */
  ms: number | null;
  error: z.infer<typeof errorSchema> | null;
  stretches: Stretch[];
  /** From the first stretch's beginning to the last one's end. */
  total: number;
}

/** The attempts of a job, the first including what came before it: from the save until a worker had it. */
export function attemptsOf(job: TracedJob): TracedAttempt[] {
  const kept = attemptsSchema.parse(job.attempts);
  const last = kept.at(-1);
  // An attempt that succeeded without a request to Vapi, or whose report is still on its way, is known only from its job.
  if (job.started_at && (!last || Date.parse(last.startedAt) < Date.parse(job.started_at) - 1)) {
    kept.push({ startedAt: job.started_at, endedAt: null, error: null, woken: null, requests: [] });
  }
  return kept.map((attempt, at) =>
    traced(attempt, {
      asked: at === 0 ? job.requested_at : undefined,
      end: attempt.endedAt ?? (at === kept.length - 1 && job.finished_at ? job.finished_at : null),
    })
  );
}

function traced(
  { startedAt, error, woken, requests }: Attempt,
  { asked, end }: { asked: string | undefined; end: string | null },
): TracedAttempt {
  const start = Date.parse(startedAt);
  requests.sort((a, b) => a.at - b.at);
  const begun = woken === null ? start : Math.min(start, start + woken);
  const origin = asked === undefined ? begun : Math.min(Date.parse(asked), begun);
  const finish = end === null ? null : Date.parse(end);
  const stretches: Stretch[] = [];
  const add = (kind: Stretch["kind"], from: number, until: number) => {
    if (until > from) stretches.push({ kind, from: from - origin, ms: until - from });
  };
  add("waited", origin, begun);
  add("claimed", begun, start + Math.max(0, requests[0]?.at ?? 0));
  for (const { method, path, status, at, ms } of requests) {
    const label = `${method} ${path}`;
    stretches.push({ kind: "requested", label, status, from: start + at - origin, ms });
  }
  const done = Math.max(start, ...requests.map(({ at, ms }) => start + at + ms));
  if (finish !== null) add("recorded", done, finish);
  return {
    startedAt,
    ms: finish === null ? null : finish - start,
    error,
    stretches,
    total: Math.max(1, ...stretches.map(({ from, ms }) => from + ms)),
  };
}
