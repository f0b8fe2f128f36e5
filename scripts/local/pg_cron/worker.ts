/**
 * The background worker of the pg_cron stand-in: runs the jobs of `cron.job` when they are due, each as its user in a session of its own,
 * never the same job twice at once. The real one opens a connection for each run: where tests have a job run every second, planning
 * everything again would take a tenth of a processor.
 */

import postgres from "postgres";
import { delayUntilDue } from "./schedule.ts";

export type PgCron = {
  /** Runs a job now, whatever its schedule; resolves when it has ended. Throws for an unknown name. */
  run(jobName: string): Promise<void>;
  /** Skips due jobs until resume(). */
  pause(): void;
  resume(): Promise<void>;
  close(): Promise<void>;
};

type Job = {
  jobid: string;
  jobname: string | null;
  schedule: string;
  command: string;
  username: string;
  database: string;
};

type Timer = { schedule: string; handle: ReturnType<typeof setTimeout> };

/** Starts it on a database with the extension; `url` is the superuser's. */
export async function startPgCron({ url, onError, paused: startPaused = false }: {
  url: string;
  /** Called when the worker itself fails; a job's failure is recorded in the database. */
  onError: (error: unknown) => void;
  paused?: boolean;
}): Promise<PgCron> {
  const sql = postgres(url, { max: 2, onnotice: () => {}, fetch_types: false });
  // This connection fetches types: without that, postgres.js never finishes reserving the first connection.
  const sessions = postgres(url, { max: 10, onnotice: () => {} });
  const timers = new Map<string, Timer>();
  const inProgress = new Map<string, Promise<void>>();
  let paused = startPaused;
  let closed = false;
  let refreshing = Promise.resolve();

  const fail = (error: unknown) => {
    if (!closed) onError(error);
  };

  const execute = (job: Job): Promise<void> => {
    const current = inProgress.get(job.jobid);
    if (current) return current;
    const run = runJob(sql, sessions, job).finally(() => inProgress.delete(job.jobid));
    inProgress.set(job.jobid, run);
    return run;
  };

  const arm = (job: Job) => {
    const due = delayUntilDue(job.schedule, new Date());
    const handle = setTimeout(() => {
      arm(job);
      execute(job).catch(fail);
    }, due);
    timers.set(job.jobid, { schedule: JSON.stringify(job), handle });
  };

  const disarm = (id: string) => {
    clearTimeout(timers.get(id)?.handle);
    timers.delete(id);
  };

  /** Sets timers for new and changed jobs, and removes those of removed jobs; the other timers continue. */
  const refresh = async () => {
    if (closed) return;
    const jobs = paused ? [] : await sql<Job[]>`
      select jobid, jobname, schedule, command, username, database
      from cron.job where active and database = current_database()`;
    const wanted = new Map(jobs.map((job) => [job.jobid, job]));
    for (const id of timers.keys()) {
      if (!wanted.has(id)) disarm(id);
    }
    for (const [id, job] of wanted) {
      if (timers.get(id)?.schedule === JSON.stringify(job)) continue;
      disarm(id);
      if (!closed && !paused) arm(job);
    }
  };
  const refreshInTurn = () => refreshing = refreshing.then(refresh).catch(fail);

  let ended: Promise<void> | undefined;
  const end = async () => {
    closed = true;
    await refreshing;
    for (const id of [...timers.keys()]) disarm(id);
    await Promise.allSettled(inProgress.values());
    await Promise.all([sql.end(), sessions.end()]);
  };

  await sql.listen("pg_cron", refreshInTurn);
  await refreshInTurn();
  return {
    run: async (jobName) => {
      const [job] = await sql<Job[]>`
        select jobid, jobname, schedule, command, username, database
        from cron.job where jobname = ${jobName} and database = current_database()`;
      if (!job) throw new Error(`Cannot run cron job ${jobName}: there is no job of that name`);
      await execute(job);
    },
    pause: () => {
      paused = true;
      for (const id of [...timers.keys()]) disarm(id);
    },
    resume: async () => {
      paused = false;
      await refreshInTurn();
    },
    close: () => ended ??= end(),
  };
}

/** Runs the command and records it in `cron.job_run_details`, as failed when it raised. */
async function runJob(sql: postgres.Sql, sessions: postgres.Sql, job: Job): Promise<void> {
  const [run] = await sql<{ runid: string }[]>`
    insert into cron.job_run_details (jobid, database, username, command, status, start_time)
    values (${job.jobid}, ${job.database}, ${job.username}, ${job.command}, 'running', clock_timestamp())
    returning runid`;
  const { status, message, pid } = await attempt(sessions, job);
  await sql`
    update cron.job_run_details
    set status = ${status}, return_message = ${message}, job_pid = ${pid}, end_time = clock_timestamp()
    where runid = ${run?.runid ?? null}`;
}

type Outcome = { status: "succeeded" | "failed"; message: string; pid: number | null };

async function attempt(sessions: postgres.Sql, job: Job): Promise<Outcome> {
  let session: postgres.ReservedSql | undefined;
  try {
    session = await sessions.reserve();
    await session`select set_config('session_authorization', ${job.username}, false)`;
    const result = await session.unsafe(job.command);
    const { command, count } = result;
    const message = command === "SELECT" ? `${count} row${count === 1 ? "" : "s"}` : `${command}`;
    return { status: "succeeded", message, pid: result.state?.pid ?? null };
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    return { status: "failed", message: `ERROR:  ${text}`, pid: null };
  } finally {
    // Nothing of a run is left to the next one. If the connection is lost, so is the session.
    await session?.unsafe("rollback; reset session authorization; reset all").catch(() => {});
    session?.release();
  }
}
