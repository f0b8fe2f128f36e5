/** (f) The time of a claim behind 100 and behind 100,000 waiting jobs. */
import type { Sql } from "postgres";
import { figures, timed } from "./measure.ts";
import { atMost, type BenchResult } from "./result.ts";

const DEPTHS = { shallow: 100, deep: 100_000 };

export async function benchClaims(sql: Sql, samples: number): Promise<BenchResult[]> {
  const shallow = await claimTimes(sql, DEPTHS.shallow, samples);
  const deep = await claimTimes(sql, DEPTHS.deep, samples);
  await sql`delete from jobs where key like 'bench:%'`;
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

/** Each claim is rolled back, so that every one meets the same queue. */
async function claimTimes(sql: Sql, depth: number, samples: number) {
  await sql`delete from jobs where key like 'bench:%'`;
  await sql`
    insert into jobs (queue, key, run_at)
    select 'tool-sync', 'bench:' || n, now() - interval '1 hour' from generate_series(1, ${depth}) n`;
  await sql`vacuum analyze jobs`;
  const times: number[] = [];
  for (let sample = -10; sample < samples; sample++) {
    await sql.begin(async (transaction) => {
      const ms = await timed(async () => {
        const claimed =
          await transaction`select id from private.claim('tool-sync', 10, interval '1 minute')`;
        if (claimed.length !== 10) throw new Error(`Claimed ${claimed.length} jobs of ${depth}`);
      });
      if (sample >= 0) times.push(ms);
      throw new RolledBack();
    }).catch((error) => {
      if (!(error instanceof RolledBack)) throw error;
    });
  }
  return figures(times);
}

class RolledBack extends Error {}
