import type { Sql } from "postgres";

/** Lets every backoff run out. Leases held by living workers stay; only times are changed. */
export async function timePasses(sql: Sql): Promise<void> {
  await sql`
    update jobs set run_at = now() - interval '3 seconds'
    where status = 'pending' and run_at > now() - interval '3 seconds'`;
}

/**
 * Expires old claims, offers, holds and every lease, and lets the day pass after which a retired tool is looked at again: nobody knows of a
 * claim whose answer was lost in the database's crash. Only while no worker is running.
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

/** Runs the jobs of pg_cron in one go: a connection for each would take most of the time. */
export async function runCronJobs(sql: Sql, names: readonly string[]): Promise<void> {
  const jobs = await sql<{ command: string }[]>`
    select command from cron.job where jobname = any (${[
    ...names,
  ]}) and database = current_database()
    order by array_position(${[...names]}, jobname)`;
  if (jobs.length !== names.length) throw new Error(`pg_cron lacks one of these jobs: ${names}`);
  await sql.unsafe(jobs.map(({ command }) => command).join(";\n"));
}
