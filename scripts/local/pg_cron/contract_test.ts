import assert from "node:assert/strict";
import { refusal, withDatabase } from "../../tests/support/contract.ts";
import { eventually } from "../../tests/support/eventually.ts";

Deno.test("pg_cron", async (t) => {
  await withDatabase(async ({ sql }) => {
    const runs = (id: string) =>
      sql<{ status: string; return_message: string; username: string; database: string }[]>`
        select status, return_message, username, database from cron.job_run_details
        where jobid = ${id} and end_time is not null`;
    const schedule = async (name: string, when: string, command: string) => {
      const [row] = await sql<{ id: string }[]>`
        select cron.schedule(${name}, ${when}, ${command}) as id`;
      return row?.id ?? "";
    };

    await t.step(
      "schedule() again under the same name changes the job and keeps its id",
      async () => {
        const id = await schedule("contract-a", "0 0 1 1 *", "select 1");
        assert.equal(await schedule("contract-a", "5 4 * * 0", "select 2"), id);
        const [job] = await sql`
        select schedule, command, username, active, database from cron.job where jobid = ${id}`;
        const [{ current_database: database } = {}] = await sql`select current_database()`;
        assert.deepEqual({ ...job }, {
          schedule: "5 4 * * 0",
          command: "select 2",
          username: "postgres",
          active: true,
          database,
        });
      },
    );

    await t.step(
      "schedule() accepts seconds and cron syntax, and refuses anything else",
      async () => {
        for (const good of ["59 seconds", "*/5 1-3 * jan mon,wed", "0 12 $ * *", "@daily"]) {
          await schedule("contract-b", good, "select 1");
        }
        for (const bad of ["60 seconds", "0 seconds", "* * * *", "every day", "10 minutes"]) {
          assert.equal(
            await refusal(sql`select cron.schedule('contract-c', ${bad}, 'select 1')`),
            "22023",
          );
        }
      },
    );

    await t.step("alter_job() changes what it is given and nothing else", async () => {
      const id = await schedule("contract-d", "0 0 1 1 *", "select 1");
      await sql`select cron.alter_job(${id}, schedule => '1 1 1 1 *', active => false)`;
      const [job] = await sql`select schedule, command, active from cron.job where jobid = ${id}`;
      assert.deepEqual({ ...job }, { schedule: "1 1 1 1 *", command: "select 1", active: false });
    });

    await t.step(
      "unschedule() removes a job by name or id, and refuses an unknown one",
      async () => {
        const id = await schedule("contract-e", "0 0 1 1 *", "select 1");
        const [row] = await sql`select cron.unschedule(${id}::bigint) as removed`;
        assert.equal(row?.removed, true);
        await schedule("contract-e", "0 0 1 1 *", "select 1");
        await sql`select cron.unschedule('contract-e')`;
        assert.ok(await refusal(sql`select cron.unschedule('contract-e')`));
      },
    );

    await t.step("a due job runs as its owner and is recorded", async () => {
      const id = await schedule("contract-f", "1 second", "select current_user");
      await eventually("it has run", async () => (await runs(id)).length > 0);
      await sql`select cron.unschedule('contract-f')`;
      const [run] = await runs(id);
      const [{ current_database: database } = {}] = await sql`select current_database()`;
      const { return_message: message, ...others } = run ?? {};
      assert.deepEqual(others, { status: "succeeded", username: "postgres", database });
      // Over a connection, or with cron.use_background_workers.
      assert.match(message ?? "", /^(1 row|SELECT 1)$/);
    });

    await t.step("a job that raises is recorded as failed with the error", async () => {
      const id = await schedule("contract-g", "1 second", "select 1 / 0");
      await eventually("it has run", async () => (await runs(id)).length > 0);
      await sql`select cron.unschedule('contract-g')`;
      const [run] = await runs(id);
      assert.equal(run?.status, "failed");
      assert.match(run?.return_message ?? "", /ERROR:\s+division by zero/);
    });

    await t.step("a job that is not active doesn't run", async () => {
      const idle = await schedule("contract-h", "1 second", "select 1");
      await sql`select cron.alter_job(${idle}, active => false)`;
      const before = (await runs(idle)).length;
      const other = await schedule("contract-i", "2 seconds", "select 1");
      await eventually("another job has run", async () => (await runs(other)).length > 0);
      await sql`select cron.unschedule('contract-i')`;
      assert.equal((await runs(idle)).length, before);
    });

    await t.step("API roles have no access to the schedule", async () => {
      const query = sql.begin(async (transaction) => {
        await transaction`set local role authenticated`;
        await transaction`select cron.schedule('contract-j', '1 second', 'select 1')`;
      });
      assert.equal(await refusal(query), "42501");
    });

    await sql`select cron.unschedule(jobname) from cron.job where jobname like 'contract-%'`;
  });
});
