/** (f) The time of a claim behind 100 and behind 100,000 waiting jobs. */
import type { Sql } from "postgres";
import { figures, timed } from "./measure.ts";
import { atMost, type BenchResult } from "./result.ts";

const DEPTHS = { shallow: 100, deep: 100_000 };
/** In turns, so that what else the machine does meets both. */
const ROUNDS = 3;

export async function benchClaims(sql: Sql, samples: number): Promise<BenchResult[]> {
  const times: Record<keyof typeof DEPTHS, number[]> = { shallow: [], deep: [] };
  const perRound = Math.ceil(samples / ROUNDS);
  for (let round = 0; round < ROUNDS; round++) {
    times.shallow.push(...await claimTimes(sql, DEPTHS.shallow, perRound));
    times.deep.push(...await claimTimes(sql, DEPTHS.deep, perRound));
  }
  await sql`delete from jobs where key like 'bench:%'`;
  const [shallow, deep] = [figures(times.shallow), figures(times.deep)];
  return [
    atMost("f", "claim behind 100,000 pending jobs ÷ behind 100, median", {
      value: deep.medianMs / shallow.medianMs,
      target: 1.5,
      behind100: shallow.medianMs,
      behind100000: deep.medianMs,
      spread: deep.spreadMs,
    }),
  ];
}

/** Each claim is rolled back, so that every one meets the same queue. On one connection: each plans and warms up for itself. */
async function claimTimes(sql: Sql, depth: number, samples: number): Promise<number[]> {
  await sql`delete from jobs where key like 'bench:%'`;
  await sql`
    insert into jobs (queue, key, run_at)
    select 'tool-sync', 'bench:' || n, now() - interval '1 hour' from generate_series(1, ${depth}) n`;
  await sql`vacuum analyze jobs`;
  const connection = await sql.reserve();
  const times: number[] = [];
  try {
    for (let sample = -10; sample < samples; sample++) {
      await connection`begin`;
      const ms = await timed(async () => {
        const claimed =
          await connection`select id from private.claim('tool-sync', 10, interval '1 minute')`;
        if (claimed.length !== 10) throw new Error(`Claimed ${claimed.length} jobs of ${depth}`);
      });
      await connection`rollback`;
      if (sample >= 0) times.push(ms);
    }
  } finally {
    connection.release();
  }
  return times;
}
