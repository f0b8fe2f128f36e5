/** The same statements on a large platform and on one of a hundredth of its size. */
import { figures } from "../measure.ts";
import type { Reading } from "./rows_read.ts";
import type { Site } from "./site.ts";
import type { Statement } from "./statements.ts";

/** The most that rows and time may grow when the platform grows to a hundred times its size. */
export const MOST_GROWTH = 1.5;
/** Below these, a difference is no growth: another page of an index, another turn of the machine. */
const ROWS_FLOOR = 60;
const MS_FLOOR = 6;
/** A table of so many rows is read by an index, if there is one. */
const WHOLE_TABLE_ROWS = 500;

export interface Comparison {
  readonly name: string;
  readonly rows: { readonly small: number; readonly large: number; readonly ratio: number };
  /** Medians; null where only plans were looked at. */
  readonly ms: { readonly small: number; readonly large: number; readonly ratio: number } | null;
  /** Tables that were read whole on the large platform. */
  readonly wholeTables: readonly string[];
  readonly exception: string | null;
  readonly problems: readonly string[];
}

/** `samples`: how often each is timed; 0 looks at what is read alone. */
export async function compare(
  small: Site,
  large: Site,
  statements: readonly Statement[],
  { samples, onEach }: { samples: number; onEach?: (comparison: Comparison) => void },
): Promise<Comparison[]> {
  const compared: Comparison[] = [];
  for (const statement of statements) {
    // Warm: after five runs a connection plans no more.
    for (let n = 0; n < WARM_UP; n++) await Promise.all([small.run(statement, n), large.run(statement, n)]);
    const times: Record<"small" | "large", number[]> = { small: [], large: [] };
    for (let n = WARM_UP; n < WARM_UP + samples; n++) {
      times.small.push(await small.time(statement, n));
      times.large.push(await large.time(statement, n));
    }
    const n = WARM_UP + samples;
    const comparison = judge(
      statement,
      { small: await small.read(statement, n), large: await large.read(statement, n) },
      samples === 0
        ? null
        : { small: figures(times.small).medianMs, large: figures(times.large).medianMs },
    );
    onEach?.(comparison);
    compared.push(comparison);
  }
  return compared;
}

const WARM_UP = 2;

export function judge(
  { name, exception }: Pick<Statement, "name" | "exception">,
  read: Record<"small" | "large", Reading>,
  times: Record<"small" | "large", number> | null,
): Comparison {
  const rows = growth(read.small.rows, read.large.rows, ROWS_FLOOR);
  const ms = times === null ? null : growth(times.small, times.large, MS_FLOOR);
  const wholeTables = [...read.large.wholeTables].filter(([, count]) => count >= WHOLE_TABLE_ROWS)
    .map(([table]) => table);
  const problems: string[] = [];
  if (exception === undefined) {
    if (wholeTables.length > 0) problems.push(`reads all of ${wholeTables.join(", ")}`);
    if (rows.ratio > MOST_GROWTH) problems.push(`reads ${rows.ratio} times the rows`);
    if (ms !== null && ms.ratio > MOST_GROWTH) problems.push(`takes ${ms.ratio} times as long`);
  }
  return { name, rows, ms, wholeTables, exception: exception ?? null, problems };
}

function growth(small: number, large: number, floor: number) {
  const ratio = Math.max(large, floor) / Math.max(small, floor);
  return { small: rounded(small), large: rounded(large), ratio: rounded(ratio) };
}

function rounded(value: number): number {
  return Number(value.toPrecision(3));
}
