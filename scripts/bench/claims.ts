/** (f) The time of a claim with few waiting jobs and with very many, of one organization and of 2,000. */
import type { Sql } from "postgres";
import { figures, timed } from "./measure.ts";
import { atMost, type BenchResult } from "./result.ts";

const QUEUES = {
  shallow: { jobs: 100, organizations: 1 },
  deep: { jobs: 100_000, organizations: 1 },
  spread: { jobs: 100, organizations: 50 },
  crowded: { jobs: 100_000, organizations: 2_000 },
};
/** In turns, so that whatever else the machine does affects all of them. */
const ROUNDS = 3;

export async function benchClaims(sql: Sql, samples: number): Promise<BenchResult[]> {
  const times: Record<keyof typeof QUEUES, number[]> = {
    shallow: [],
    deep: [],
    spread: [],
    crowded: [],
  };
  await addOrganizations(sql, QUEUES.crowded.organizations);
  const perRound = Math.ceil(samples / ROUNDS);
  for (let round = 0; round < ROUNDS; round++) {
    times.shallow.push(...await claimTimes(sql, QUEUES.shallow, perRound));
    times.deep.push(...await claimTimes(sql, QUEUES.deep, perRound));
    times.spread.push(...await claimTimes(sql, QUEUES.spread, perRound));
    times.crowded.push(...await claimTimes(sql, QUEUES.crowded, perRound));
  }
  await sql`delete from jobs where key like 'bench:%'`;
  const [shallow, deep, spread, crowded] = [
    figures(times.shallow),
    figures(times.deep),
    figures(times.spread),
    figures(times.crowded),
  ];
  return [
    atMost("f", "claim behind 100,000 pending jobs ÷ behind 100, median", {
      value: deep.medianMs / shallow.medianMs,
      target: 1.5,
      behind100: shallow.medianMs,
      behind100000: deep.medianMs,
      spread: deep.spreadMs,
    }),
    atMost("f", "claim behind 100,000 jobs of 2,000 organizations ÷ behind 100 of 50, median", {
      value: crowded.medianMs / spread.medianMs,
      target: 1.5,
      behind50: spread.medianMs,
      behind2000: crowded.medianMs,
      spread: crowded.spreadMs,
    }),
  ];
}

async function addOrganizations(sql: Sql, count: number): Promise<void> {
  await sql`
    insert into organizations (id, name, timezone, country)
    select md5('bench:' || n)::uuid, 'Bench ' || n, 'America/New_York', 'US' from generate_series(1, ${count}::integer) n
    on conflict do nothing`;
}

/**
 * Each claim is rolled back, so that every one finds the same queue. All use one connection, because each connection plans and warms up by
 * itself.
 */
async function claimTimes(
  sql: Sql,
  { jobs, organizations }: { jobs: number; organizations: number },
  samples: number,
): Promise<number[]> {
  await sql`delete from jobs where key like 'bench:%'`;
  await sql`
    insert into jobs (queue, key, org_id, run_at)
    select 'tool-sync', 'bench:' || n, md5('bench:' || 1 + n % ${organizations}::integer)::uuid, now() - interval '1 hour'
    from generate_series(1, ${jobs}::integer) n`;
  await sql`vacuum analyze jobs`;
  const connection = await sql.reserve();
  const times: number[] = [];
  try {
    for (let sample = -10; sample < samples; sample++) {
      await connection`begin`;
      const ms = await timed(async () => {
        const claimed =
          await connection`select id from private.claim('tool-sync', 10, interval '1 minute')`;
        if (claimed.length !== 10) throw new Error(`Claimed ${claimed.length} jobs of ${jobs}`);
      });
      await connection`rollback`;
      if (sample >= 0) times.push(ms);
    }
  } finally {
    connection.release();
  }
  return times;
}
