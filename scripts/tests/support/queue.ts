/** The queue engine on real Postgres, used by nobody but the test. */
import type { Sql } from "postgres";
import { withDatabase } from "../../schema/with_database.ts";

export interface Job {
  id: string;
  key: string;
  status: string;
  attempts: number;
  lease_token: string;
  payload: Record<string, unknown>;
  last_error: { code: string } | null;
}

/** The queue's functions, called as a worker calls them. */
export interface Queue {
  enqueue(key: string, payload?: Record<string, string | boolean>, more?: string): Promise<string>;
  claim(limit?: number): Promise<Job[]>;
  job(id: string): Promise<Job>;
  complete(job: Job): Promise<unknown>;
  fail(job: Job, permanent?: boolean): Promise<string>;
  makeDue(): Promise<unknown>;
  expireLeases(): Promise<unknown>;
}

function queueOf(sql: Sql): Queue {
  return {
    enqueue: async (key: string, payload: Record<string, string | boolean> = {}, more = "") => {
      const [row] = await sql.unsafe<{ id: string }[]>(
        `select private.enqueue('tool-sync', $1, null, $2::text::jsonb ${more}) as id`,
        [key, JSON.stringify(payload)],
      );
      return row!.id;
    },
    claim: async (limit = 10) => [
      ...await sql<Job[]>`select * from private.claim('tool-sync', ${limit}, interval '1 minute')`,
    ],
    job: async (id: string) => (await sql<Job[]>`select * from jobs where id = ${id}`)[0]!,
    complete: (job: Job) => sql`select complete_job(${job.id}, ${job.lease_token})`,
    fail: async (job: Job, permanent = false) => {
      const [row] = await sql`
        select fail_job(${job.id}, ${job.lease_token}, '{"code":"test","message":"Failed"}', ${permanent}) as status`;
      return row?.status as string;
    },
    makeDue: () =>
      sql`update jobs set run_at = now() - interval '1 second' where status = 'pending'`,
    expireLeases: () =>
      sql`update jobs set lease_until = now() - interval '1 second' where status = 'running'`,
  };
}

/** Where the wakes go: nobody sends them. */
export const WAKES = { projectUrl: "http://127.0.0.1:9", secretKey: "sb_secret_queue" };

export async function withQueue(test: (queue: Queue, sql: Sql) => Promise<void>): Promise<void> {
  await withDatabase(async ({ sql }) => {
    await sql`
      select vault.create_secret(${WAKES.projectUrl}, 'project_url'),
        vault.create_secret(${WAKES.secretKey}, 'secret_key')`;
    await test(queueOf(sql), sql);
  }, { connections: 5 });
}
