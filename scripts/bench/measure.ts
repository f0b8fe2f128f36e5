/** Timing, and figures from timings. */

export interface Figures {
  count: number;
  medianMs: number;
  p99Ms: number;
  /** Half the distance between the quartiles: how much the middle of the samples varies. */
  spreadMs: number;
}

export function figures(samples: readonly number[]): Figures {
  const sorted = samples.toSorted((a, b) => a - b);
  const at = (share: number) =>
    sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? NaN;
  return {
    count: sorted.length,
    medianMs: at(0.5),
    p99Ms: at(0.99),
    spreadMs: (at(0.75) - at(0.25)) / 2,
  };
}

/** What each answer of Vapi takes where that is what counts. */
export const LATENCY_MS = 50;

/** A connection plans its statements again until it has run them five times: these runs are not counted. */
export const PLANNED_AFTER = 6;

/** The sample at the lower quartile: whatever else the machine does makes samples longer, never shorter. */
export function undisturbed(samples: readonly number[]): number {
  return samples.toSorted((a, b) => a - b)[Math.floor(samples.length / 4)] ?? NaN;
}

export async function timed(work: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  await work();
  return performance.now() - startedAt;
}

/**
 * Times several ways of doing the same thing in turns, so that whatever else the machine does affects all of them alike. `callers` work at
 * the same time, each using all ways in turn. The first tenth is a warm-up and is not counted.
 */
export async function inTurns<Way extends string>(
  ways: Record<Way, (sample: number) => Promise<unknown>>,
  { samples, callers = 1 }: { samples: number; callers?: number },
): Promise<Record<Way, Figures>> {
  const names = Object.keys(ways) as Way[];
  const taken = Object.fromEntries(names.map((name) => [name, []])) as unknown as Record<
    Way,
    number[]
  >;
  const warmUp = Math.ceil(samples / 10);
  for (const name of names) await Promise.all(each(callers, () => ways[name](-1)));
  // One way at a time, in short rounds: callers of one way must not wait for those of another.
  const rounds = warmUp + samples;
  for (let round = 0; round < rounds; round++) {
    for (const name of names) {
      const times = await Promise.all(
        each(callers, (caller) => timed(() => ways[name](round * callers + caller))),
      );
      if (round >= warmUp) taken[name].push(...times);
    }
  }
  return Object.fromEntries(names.map((name) => [name, figures(taken[name])])) as Record<
    Way,
    Figures
  >;
}

function each<T>(count: number, make: (index: number) => T): T[] {
  return Array.from({ length: count }, (_, index) => make(index));
}

/** To three digits that mean something. */
export function rounded(value: number): number {
  return Number(value.toPrecision(3));
}
