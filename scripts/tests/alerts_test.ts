/** Alerts: for each rule, a fault makes it fire, it notifies the administrator once, and it ends when the fault is fixed. */
import assert from "node:assert/strict";
import { advisedKinds } from "../../functions/outbox/alert_advice.ts";
import { FAULTS } from "./support/alert_faults.ts";
import { withAlerts } from "./support/alerts_world.ts";
import { eventually } from "./support/eventually.ts";

Deno.test("alerts", async (t) => {
  await withAlerts(async (world) => {
    const { stack } = world;
    const { sql } = stack;
    const scrape = async () => {
      const response = await fetch(`${stack.functionsUrl}/metrics`, {
        headers: { apikey: stack.secretKey },
      });
      await response.body?.cancel();
    };
    const org = await world.org();
    for (let i = 0; i < 3; i++) await world.saveAndSync(org, { name: `Agent ${i}` });

    await t.step(
      "every rule has a fault here, advice in its mail, and a section in the runbook",
      async () => {
        const rules = await sql<{ kind: string }[]>`select kind from alert_rules order by kind`;
        const kinds = rules.map(({ kind }) => kind);
        assert.deepEqual(kinds, [...new Set(FAULTS.map(({ kind }) => kind))].sort());
        assert.deepEqual(kinds.filter((kind) => !advisedKinds.includes(kind)), []);
        const runbook = await Deno.readTextFile(new URL("../../docs/runbook.md", import.meta.url));
        assert.deepEqual(kinds.filter((kind) => !runbook.includes(`\n### ${kind}\n`)), []);
      },
    );

    await t.step("nothing fires while nothing is wrong", async () => {
      await world.evaluate();
      assert.deepEqual([...await sql`select kind, message from alerts`], []);
    });

    for (const { kind, subject = "", severity, plant, repair } of FAULTS) {
      await t.step(
        `${[kind, subject].join(" ").trim()} fires, is told once, and is over when it is fixed`,
        async () => {
          await plant(world, org);
          const alert = await world.firing(kind, subject);
          for (let minute = 0; minute < 3; minute++) await world.evaluate();
          assert.equal(alert.severity, severity);
          const headline = (mark: string) => `[${mark}] ${alert.message}`;
          assert.deepEqual(await world.mails(alert), [headline(severity).slice(0, 120)]);
          assert.deepEqual(await world.chatter(alert), [headline(severity)]);

          await repair(world, org);
          await eventually(`${kind} is over`, async () => {
            await world.evaluate();
            if ((await world.alert(kind, subject))?.state === "firing") {
              await world.later("1 minute");
            }
            return (await world.alert(kind, subject))?.state === "resolved";
          });
          const mails = await world.mails(alert);
          assert.equal(mails.length, 2, mails.join("\n"));
          assert.match(mails[1] ?? "", /^\[resolved\]/);
        },
      );
      await sql`delete from alerts`;
    }

    await t.step(
      "a fault that grows from a warning to a critical one is told once more",
      async () => {
        const attempts = (succeeded: number, failed: number) =>
          sql`
          insert into private.measurements (metric, labels, amounts)
          select 'job_attempts_failed', '{"queue": "tool-sync", "kind": "agent"}'::jsonb, array_fill(1::float, array[${failed}::int])
          union all
          select 'jobs_ended', '{"queue": "tool-sync", "kind": "agent", "outcome": "succeeded"}',
                 array_fill(1::float, array[${succeeded}::int])`;
        await world.later("20 minutes");
        await attempts(90, 4);
        await world.evaluate();
        assert.equal(await world.alert("sync_failures"), undefined, "4 of 94 are not too many");
        await attempts(0, 3);
        const alert = await world.firing("sync_failures");
        assert.equal(alert.severity, "warning");
        assert.equal((await world.mails(alert)).length, 1);
        await attempts(0, 30);
        await world.evaluate();
        await attempts(300, 0);
        await world.evaluate();
        const mails = await world.mails(alert);
        assert.deepEqual(mails.map((subject) => subject.split(" ")[0]), [
          "[warning]",
          "[critical]",
        ]);
        assert.equal(
          (await world.alert("sync_failures"))?.severity,
          "critical",
          "until it is over",
        );
      },
    );

    await t.step("a share of few says nothing, and silence doesn't end an alert", async () => {
      const refused = (count: number) =>
        sql`
          insert into private.measurements (metric, labels, amounts) values
          ('job_attempts_failed', '{"queue": "tool-sync", "kind": "agent"}'::jsonb, array_fill(1::float, array[${count}::int]))`;
      await world.later("3 hours");
      await world.evaluate();
      await world.later("6 minutes");
      await world.evaluate();
      assert.equal((await world.alert("sync_failures"))?.state, "resolved");
      await sql`delete from alerts`;

      await refused(9);
      await world.evaluate();
      assert.equal(await world.alert("sync_failures"), undefined, "9 attempts are too few");
      await refused(1);
      await world.firing("sync_failures");
      await world.later("30 minutes");
      await world.evaluate();
      await world.later("30 minutes");
      await world.evaluate();
      assert.equal((await world.alert("sync_failures"))?.state, "firing");
    });

    await t.step("an alert that continues is sent once a day", async () => {
      await sql`delete from alerts`;
      await refuseMore();
      const alert = await world.firing("sync_failures");
      const told = (await world.mails(alert)).length;
      await world.later("23 hours");
      await refuseMore();
      await world.evaluate();
      assert.equal((await world.mails(alert)).length, told);
      await world.later("70 minutes");
      await refuseMore();
      await world.evaluate();
      await world.evaluate();
      assert.equal((await world.mails(alert)).length, told + 1);
      await sql`delete from alerts`;

      async function refuseMore(): Promise<void> {
        await sql`
          insert into private.measurements (metric, labels, amounts) values
          ('job_attempts_failed', '{"queue": "tool-sync", "kind": "agent"}'::jsonb, array_fill(1::float, array[10]))`;
      }
    });

    await t.step(
      "a thousand jobs that die are one alert: told at once, and an hour later with their number",
      async () => {
        await sql`
        insert into jobs (queue, key, status, lease_token, lease_until)
        select 'tool-sync', 'dying:' || n, 'running', gen_random_uuid(), now() + interval '1 hour'
        from generate_series(1, 1000) n`;
        await sql`
        update jobs set status = 'dead', lease_token = null, lease_until = null, finished_at = now(), attempts = 12,
          last_error = '{"code": "test", "message": "Refused"}'
        where key like 'dying:%'`;
        const alert = await world.alert("job_dead", "tool-sync");
        assert.ok(alert);
        assert.equal(alert.count, 1000);
        const [first, ...others] = await world.mails(alert);
        assert.match(first ?? "", /^\[critical\] A tool-sync job gave up/);
        assert.deepEqual(others, []);
        const [named] = await sql`
          select count(distinct job_id)::int as jobs, min(state) as state from alerts where kind = 'job_dead' and job_id is not null`;
        assert.deepEqual({ ...named }, { jobs: 1000, state: "firing" }, "each has its own row");

        await sql`insert into jobs (queue, key, run_at) values ('tool-sync', 'dying:1001', now() + interval '1 hour')`;
        await sql`update jobs set status = 'dead', finished_at = now() where key = 'dying:1001'`;
        assert.equal((await world.mails(alert)).length, 1, "within the hour");
        await world.later("61 minutes");
        const mails = await world.mails(alert);
        assert.equal(mails.length, 2);
        assert.match(mails[1] ?? "", /\(1001 times\)$/);

        await sql`select dismiss_jobs('tool-sync')`;
        await world.evaluate();
        assert.match((await world.mails(alert))[2] ?? "", /^\[resolved\]/);
      },
    );

    await t.step("a stopped pg_cron is reported by the next scrape", async () => {
      await sql`delete from alerts`;
      await sql`select private.record_heartbeat('evaluate-alerts')`;
      await scrape();
      assert.equal(await world.alert("heartbeat_lost", "evaluate-alerts"), undefined);
      await world.later("4 minutes");
      await scrape();
      await world.later("4 minutes");
      await scrape();
      const alert = await world.alert("heartbeat_lost", "evaluate-alerts");
      assert.equal(alert?.state, "firing");
      assert.equal((await world.mails(alert)).length, 1);
    });

    await t.step("with pg_net stopped, a scrape has alerts sent", async () => {
      await sql`delete from alerts`;
      stack.net.pause();
      await sql`select private.raise_alert('test', 'warning', 'Nobody wakes the outbox')`;
      await world.later("2 minutes");
      const mailed = () =>
        stack.integrations.resend.emails.some(({ subject }) => subject.includes("Nobody wakes"));
      await eventually("the mail is sent", async () => {
        await scrape();
        return mailed();
      }, { everyMs: 100 });
      stack.net.resume();
    });

    await t.step(
      "an event that no rule reads is over a day after its last time, without a word",
      async () => {
        const raise = () =>
          sql`select private.raise_alert('calendar_clash', 'warning', 'Two entries at one time', p_org_id => ${org.id})`;
        await raise();
        const alert = await world.alert("calendar_clash", org.id);
        assert.ok(alert);
        assert.equal((await world.mails(alert)).length, 1);
        await world.later("23 hours");
        await raise();
        await world.evaluate();
        await world.later("23 hours");
        await world.evaluate();
        assert.equal((await world.alert("calendar_clash", org.id))?.state, "firing");
        await world.later("2 hours");
        await world.evaluate();
        assert.equal((await world.alert("calendar_clash", org.id))?.state, "resolved");
        assert.equal((await world.mails(alert)).length, 2);
      },
    );
  });
});
