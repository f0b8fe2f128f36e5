import type { Sql } from "postgres";

/** Lets every backoff run out. Leases that are held by the living stay; nothing is changed but times. */
export async function timePasses(sql: Sql): Promise<void> {
  await sql`
    update jobs set run_at = now() - interval '3 seconds'
    where status = 'pending' and run_at > now() - interval '3 seconds'`;
}

/**
 * Makes expired claims old, ends what is offered or held, lets the day pass after which a retired tool is looked at again, and every lease run out: a claim whose
 * answer was lost with the database's crash is known to nobody. Only while no worker is at work.
 */
export async function aDayPasses(sql: Sql): Promise<void> {
  await sql`update jobs set lease_until = now() - interval '1 second' where status = 'running'`;
  await sql`update waitlist_offers set expires_at = now() - interval '1 second' where state = 'offered' and expires_at > now()`;
  await sql`update appointments set hold_expires_at = now() - interval '1 second' where state = 'held' and hold_expires_at > now()`;
  await sql`update queues set bulk_until = now() - interval '1 second' where bulk_until > now()`;
  await sql`
    update vapi_tools set
      recheck_at    = least(recheck_at, now()),
      claimed_until = least(claimed_until, now() - interval '1 day')
    where recheck_at > now() or claimed_until < now()`;
}

/** Runs what pg_cron would, in one go: a connection for each is what takes most of the time. */
export async function runCronJobs(sql: Sql, names: readonly string[]): Promise<void> {
  const jobs = await sql<{ command: string }[]>`
    select command from cron.job where jobname = any (${[
    ...names,
  ]}) and database = current_database()
    order by array_position(${[...names]}, jobname)`;
  if (jobs.length !== names.length) throw new Error(`pg_cron lacks one of these jobs: ${names}`);
  await sql.unsafe(jobs.map(({ command }) => command).join(";\n"));
}
