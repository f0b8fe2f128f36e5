import { deepEqual } from "node:assert/strict";
import postgres from "postgres";
import { openDatabase, type OpenedDatabase } from "../../schema/with_database.ts";

let db: OpenedDatabase;
Deno.test.beforeAll(async () => void (db = await openDatabase()));
Deno.test.afterAll(() => db.close());

Deno.test("every scheduled job runs, with the rights of the role that scheduled it", async () => {
  const jobs = await db.sql<{ jobname: string; command: string; username: string }[]>`
      select jobname, command, username from cron.job order by jobname`;
  deepEqual([...new Set(jobs.map(({ username }) => username))], ["postgres"]);

  const owner = postgres(db.database.url("postgres"), { max: 1, onnotice: () => {} });
  const failures: string[] = [];
  for (const { jobname, command } of jobs) {
    try {
      await owner.unsafe(command);
    } catch (error) {
      failures.push(`${jobname}: ${error}`);
    }
  }
  await owner.end();
  deepEqual(failures, []);
});

Deno.test("every scheduled job has a name of its own and a schedule that pg_cron reads", async () => {
  const jobs = await db.sql<{ jobname: string; schedule: string }[]>`
      select jobname, schedule from cron.job`;
  const names = jobs.map(({ jobname }) => jobname);
  deepEqual(names.toSorted(), [...new Set(names)].toSorted());
  // Five fields, or 1 to 59 seconds.
  const readable = /^([1-5]?\d seconds|(\S+ ){4}\S+)$/;
  deepEqual(jobs.filter(({ schedule }) => !readable.test(schedule)), []);
});
