/** What statements read on a large platform, and how long they take, compared with one of a hundredth of its size. */
import { PLANNED_AFTER, rounded, undisturbed } from "../measure.ts";
import type { Reading } from "./rows_read.ts";
import type { Site } from "./site.ts";
import type { Statement } from "./statements.ts";

/** The most that rows and time may grow when the platform grows to a hundred times its size. */
export const MOST_GROWTH = 1.5;
/** Smaller differences do not count as growth: small tables are read whole, and the machine does other things. */
const ROWS_FLOOR = 500;
const MS_FLOOR = 6;
/** An apparent growth is measured again: another load on the machine slows one side now and then, growth stays. */
const ROUNDS = 3;

interface Growth {
  readonly small: number;
  readonly large: number;
  readonly ratio: number;
}

export interface Comparison {
  readonly name: string;
  readonly rows: Growth;
  /** At the lower quartile. */
  readonly ms: Growth;
  /** Tables that were read whole on the large platform. */
  readonly wholeTables: readonly string[];
  readonly exception: string | null;
  readonly problems: readonly string[];
}

export async function compare(
  sites: Record<"small" | "large", Site>,
  statement: Statement,
  samples: number,
): Promise<Comparison> {
  const { small, large } = sites;
  const runs = PLANNED_AFTER + samples;
  for (let round = 1;; round++) {
    const n = round * (runs + 1) - 1;
    const comparison = judge(statement, {
      ms: await timed(sites, statement, n - runs, samples),
      read: { small: await small.read(statement, n), large: await large.read(statement, n) },
    });
    if (comparison.problems.length === 0 || round === ROUNDS) return comparison;
  }
}

/** At the lower quartile, repeating no run before `from`. */
async function timed(
  { small, large }: Record<"small" | "large", Site>,
  statement: Statement,
  from: number,
  samples: number,
): Promise<Record<"small" | "large", number>> {
  const times: Record<"small" | "large", number[]> = { small: [], large: [] };
  for (let n = 0; n < PLANNED_AFTER + samples; n++) {
    // In turns, so that whatever else the machine does affects both.
    const took = {
      small: await small.time(statement, from + n),
      large: await large.time(statement, from + n),
    };
    if (n < PLANNED_AFTER) continue;
    times.small.push(took.small);
    times.large.push(took.large);
  }
  return { small: undisturbed(times.small), large: undisturbed(times.large) };
}

export function judge(
  { name, exception }: Pick<Statement, "name" | "exception">,
  { read, ms }: {
    read: Record<"small" | "large", Reading>;
    ms: Record<"small" | "large", number>;
  },
): Comparison {
  const rows = growth(read.small.rows, read.large.rows, ROWS_FLOOR);
  const time = growth(ms.small, ms.large, MS_FLOOR);
  const { wholeTables } = read.large;
  const problems: string[] = [];
  if (exception === undefined) {
    if (wholeTables.length > 0) problems.push(`reads all of ${wholeTables.join(", ")}`);
    if (rows.ratio > MOST_GROWTH) problems.push(`reads ${rows.ratio} times the rows`);
    if (time.ratio > MOST_GROWTH) problems.push(`takes ${time.ratio} times as long`);
  }
  return { name, rows, ms: time, wholeTables, exception: exception ?? null, problems };
}

/** The tables that grow with the platform and of which a statement reads every row, once its plan no longer changes. */
export async function wholeTablesOf(site: Site, statement: Statement): Promise<string[]> {
  for (let n = 0; n < PLANNED_AFTER; n++) await site.run(statement, n);
  return [...(await site.read(statement, PLANNED_AFTER)).wholeTables];
}

function growth(small: number, large: number, floor: number): Growth {
  const ratio = Math.max(large, floor) / Math.max(small, floor);
  return { small: rounded(small), large: rounded(large), ratio: rounded(ratio) };
}
