/** Alerts about jobs that gave up: one names each, and what only a clinic can correct does not alarm the platform. */
import assert from "node:assert/strict";
import { type AlertsWorld, withAlerts } from "./support/alerts_world.ts";
import { eventually } from "./support/eventually.ts";
import type { Org } from "./support/world.ts";

Deno.test("alerts about jobs that gave up", async (t) => {
  await withAlerts(async (world) => {
    const { sql } = world.stack;

    await t.step("each job has its own, until it is requested again", async () => {
      for (const key of ["one", "two"]) {
        await sql`insert into jobs (queue, key, run_at) values ('outbox', ${key}, now() + interval '1 hour')`;
        await sql`
          update jobs set status = 'dead', finished_at = now(), last_error = ${
          sql.json({ message: `No ${key}` })
        } where key = ${key}`;
      }
      const named = async () =>
        (await sql`
          select job.key, alert.message from alerts alert join jobs job on job.id = alert.job_id
          where alert.kind = 'job_dead' and alert.state = 'firing' order by 1`)
          .map(({ key, message }) => `${key}: ${message}`);
      assert.deepEqual(await named(), [
        "one: A outbox job gave up after 0 attempts: No one",
        "two: A outbox job gave up after 0 attempts: No two",
      ]);
      const [mail] = await sql`
        select private.alert_notification(id) -> 'detail' ->> 'jobs' as jobs from alerts where subject = 'outbox'`;
      assert.match(mail?.jobs, /^[0-9a-f-]{36} \w{3}, [0-9a-f-]{36} \w{3}$/);

      await sql`select revive_job(id) from jobs where key = 'one' and status = 'dead'`;
      await world.evaluate();
      assert.deepEqual((await named()).map((each) => each.slice(0, 3)), ["two"]);
      assert.equal((await world.alert("job_dead", "outbox"))?.state, "firing");
      await sql`delete from jobs`;
      await world.evaluate();
      assert.deepEqual([...await sql`select from alerts where state <> 'resolved'`], []);
    });

    await t.step(
      "what Vapi refuses of one clinic's agents alarms nobody, of three clinics' it does",
      async () => {
        const clinics: Org[] = [];
        for (const name of ["One", "Two", "Three", "Four"]) {
          const clinic = await world.org({ name });
          await world.saveAndSync(clinic, { name: "Sound" });
          clinics.push(clinic);
        }
        const [one, two, three] = clinics;
        assert.ok(one && two && three);

        await haveRefused(world, one);
        assert.deepEqual(await told(world), []);
        const counted = await sql`
          select severity, count(*)::int from alerts
          where kind = 'job_dead' and state = 'firing' and org_id = ${one.id} group by 1`;
        assert.deepEqual(counted.map((row) => ({ ...row })), [{ severity: "warning", count: 10 }]);

        await haveRefused(world, two);
        assert.deepEqual(await told(world), []);
        await haveRefused(world, three);
        assert.deepEqual(await told(world), ["job_dead", "sync_failures"]);
      },
    );
  });
});

/** Ten agents of a clinic that Vapi refuses, with or without their settings. */
async function haveRefused(world: AlertsWorld, clinic: Org): Promise<void> {
  const { vapi, sql } = world.stack;
  vapi.faults.next("POST /assistant", { status: 400 }, { times: 20 });
  await Promise.all(
    Array.from({ length: 10 }, (_, i) => world.save(clinic, { name: `Mistyped ${i}` })),
  );
  await eventually("all were refused", async () => {
    const refused = await sql`
      select from jobs where org_id = ${clinic.id} and queue = 'tool-sync' and status = 'dead'`;
    return refused.length === 10;
  });
  await world.settled();
  await world.evaluate();
}

/** The kinds of which the administrator was notified. */
async function told({ stack }: AlertsWorld): Promise<string[]> {
  const kinds = await stack.sql<{ kind: string }[]>`
    select distinct kind from alerts where state = 'firing' and notification_count > 0 order by 1`;
  return kinds.map(({ kind }) => kind);
}
