/** The metrics: what happened is counted once, across functions that restart, at a cost that does not grow with the number of jobs. */
import assert from "node:assert/strict";
import type { Sql } from "postgres";
import { CONTENT_TYPE } from "../../functions/metrics/exposition.ts";
import {
  type Exposition,
  parseExposition,
  type Series,
  valueOf,
} from "./support/unit/exposition.ts";
import type { Stack } from "../local/stack.ts";
import { type Org, withWorld, type World } from "./support/world.ts";

async function scrape(stack: Stack): Promise<Exposition & { text: string }> {
  const response = await fetch(`${stack.functionsUrl}/metrics`, {
    headers: { apikey: stack.secretKey },
  });
  const text = await response.text();
  assert.equal(response.status, 200, text);
  assert.equal(response.headers.get("content-type"), CONTENT_TYPE);
  return { text, ...parseExposition(text) };
}

/** Everything that only ever grows. */
function totals({ types, series }: Exposition): Series[] {
  const isGauge = ({ name }: Series) => types.get(name) === "GAUGE";
  return series.filter((each) => !isGauge(each));
}

/** Calls a tool as Vapi does, at its own endpoint. */
async function callTool(world: World, org: Org, name: string, args: object): Promise<void> {
  const slugs: Record<string, string> = {
    checkAvailability: "calendar-check",
    bookClinicAppointment: "book-clinic-appointment",
  };
  const response = await fetch(`${world.stack.functionsUrl}/${slugs[name]}`, {
    method: "POST",
    headers: { "content-type": "application/json", "x-vapi-secret": world.stack.webhookSecret },
    body: JSON.stringify({
      message: {
        type: "tool-calls",
        toolCallList: [{ id: crypto.randomUUID(), function: { name, arguments: args } }],
        call: { id: crypto.randomUUID(), metadata: { org_id: org.id } },
      },
    }),
  });
  assert.equal(response.status, 200, await response.text());
}

/** Moves everything that happened into the past, so that it is rolled up. */
async function anHourAgo(sql: Sql): Promise<void> {
  await sql`update jobs set
    finished_at = finished_at - interval '1 hour', requested_at = requested_at - interval '1 hour'`;
  await sql`update tool_calls set created_at = created_at - interval '1 hour'`;
  await sql`update appointments set confirmed_at = confirmed_at - interval '1 hour'`;
  await sql`update private.measurements set at = at - interval '1 hour'`;
}

const agentSynced = { queue: "tool-sync", kind: "agent", outcome: "succeeded" };

const METRICS_TOKEN = crypto.randomUUID();

Deno.test("metrics", async (t) => {
  await withWorld(async (world) => {
    const { stack } = world;
    const { sql } = stack;
    const org = await world.org();

    await t.step("are for those with a secret key or their own token only", async () => {
      for (const headers of [{}, { apikey: stack.publishableKey }, { apikey: "sb_secret_x" }]) {
        const response = await fetch(`${stack.functionsUrl}/metrics`, { headers });
        await response.body?.cancel();
        assert.equal(response.status, 401);
      }
      for (const token of [stack.secretKey, METRICS_TOKEN]) {
        const headers = { authorization: `Bearer ${token}` };
        const response = await fetch(`${stack.functionsUrl}/metrics`, { headers });
        await response.body?.cancel();
        assert.equal(response.status, 200);
      }
    });

    await t.step("name every metric, also before anything has happened", async () => {
      const exposition = await scrape(stack);
      const defined = await sql<{ name: string; kind: string }[]>`
        select name, kind from private.metrics`;
      const names = defined.map(({ name, kind }) =>
        `vapi_tools_${name}${kind === "counter" ? "_total" : ""}`
      );
      assert.deepEqual([...exposition.types.keys()].sort(), names.sort());
      assert.equal(
        valueOf(exposition, "vapi_tools_jobs", { queue: "tool-sync", state: "pending" }),
        0,
      );
      assert.equal(valueOf(exposition, "vapi_tools_bookings_total", { event: "confirmed" }), 0);
      assert.equal(valueOf(exposition, "vapi_tools_jobs_ended_total", agentSynced), 0);
      // Prometheus's own linter (promtool check metrics): these labels are a summary's and a histogram's.
      for (const { name, labels } of exposition.series) {
        assert.ok(!("quantile" in labels), `${name} is no summary`);
        assert.ok(!("le" in labels) || name.endsWith("_bucket"), `${name} is no histogram`);
      }
      const ratio = valueOf(exposition, "vapi_tools_sync_success_ratio", {
        of: "jobs",
        span: "1h",
      });
      assert.ok(Number.isNaN(ratio), "the share of nothing is not a number");
    });

    await t.step(
      "count and time saves, syncs, requests to Vapi, tool calls and bookings",
      async () => {
        stack.vapi.faults.next("POST /assistant", { status: 429, retryAfter: 0 });
        await world.saveAndSync(org);
        await world.settled();
        const day = new Date(Date.now() + 7 * 86_400_000).toISOString().slice(0, 10);
        await callTool(world, org, "checkAvailability", { date: day });
        await callTool(world, org, "checkAvailability", { date: "nonsense" });
        await callTool(world, org, "bookClinicAppointment", {
          patientName: "Test Patient",
          patientPhone: "+15551230001",
          appointmentDate: await workingDay(sql, org),
          appointmentTime: "10:00",
        });
        const exposition = await scrapeUntil(
          stack,
          (found) => valueOf(found, "vapi_tools_tool_call_seconds_count", question) === 1,
        );

        const value = (name: string, labels: Record<string, string> = {}) =>
          valueOf(exposition, `vapi_tools_${name}`, labels);
        assert.equal(value("jobs_ended_total", agentSynced), 1);
        assert.equal(value("sync_seconds_count", { priority: "interactive" }), 1);
        const created = { operation: "assistants.create", status: "2xx" };
        assert.equal(value("vapi_request_seconds_count", created), 1);
        assert.equal(value("vapi_request_seconds_count", { ...created, status: "429" }), 1);
        assert.equal(value("vapi_retries_total", { operation: "assistants.create" }), 1);
        assert.equal(
          value("vapi_request_seconds_count", { operation: "tools.create", status: "2xx" }),
          (await world.currentTools()).size,
        );
        assert.equal(
          value("tool_call_seconds_count", { tool: "checkAvailability", outcome: "ok" }),
          1,
        );
        assert.equal(
          value("tool_call_seconds_count", { tool: "bookClinicAppointment", outcome: "ok" }),
          1,
        );
        assert.equal(value("bookings_total", { event: "confirmed" }), 1);
        assert.equal(value("org_tools", { enabled: "true" }), (await world.currentTools()).size);
        assert.equal(value("org_tools_growth", { span: "24h" }), (await world.currentTools()).size);
        assert.equal(value("sync_success_ratio", { of: "jobs", span: "5m" }), 1);
        const median = value("sync_quantile_seconds", {
          priority: "interactive",
          percentile: "50",
          span: "5m",
        });
        assert.ok(median !== undefined && median > 0);
      },
    );

    await t.step("carry labels of few values: no organization, agent, or job", async () => {
      assert.doesNotMatch((await scrape(stack)).text, /[0-9a-f]{8}-[0-9a-f]{4}-/);
    });

    await t.step("say the same after every function has restarted", async () => {
      const before = totals(await scrape(stack));
      await stack.functions.restart();
      assert.deepEqual(totals(await scrape(stack)), before);
    });

    await t.step("count a thing once, however often and concurrently it is rolled up", async () => {
      const before = totals(await scrape(stack));
      await anHourAgo(sql);
      assert.deepEqual(totals(await scrape(stack)), before, "not yet rolled up");
      await Promise.all([1, 2, 3].map(() => sql`select private.roll_up()`));
      assert.deepEqual(totals(await scrape(stack)), before, "rolled up");
      const exposition = await scrape(stack);
      const share = (span: string) =>
        valueOf(exposition, "vapi_tools_sync_success_ratio", { of: "jobs", span });
      assert.deepEqual([share("5m"), share("24h")], [NaN, 1]);
    });

    await t.step("count an attempt that failed, although the next one succeeds", async () => {
      const failed = { queue: "tool-sync", kind: "agent" };
      stack.vapi.faults.next("POST /assistant", { status: 401 });
      const { body } = await world.save(org, { name: "Unlucky" });
      await scrapeUntil(
        stack,
        (found) => valueOf(found, "vapi_tools_job_attempts_failed_total", failed) === 1,
      );
      await sql`update jobs set run_at = now() where id = ${body.syncId}`;
      await sql`select private.wake('tool-sync')`;
      await world.settled();
      const exposition = await scrape(stack);
      assert.equal(valueOf(exposition, "vapi_tools_job_attempts_failed_total", failed), 1);
      const share = (of: string) =>
        valueOf(exposition, "vapi_tools_sync_success_ratio", { of, span: "5m" });
      assert.deepEqual([share("jobs"), share("attempts")], [1, 0.5]);
    });

    await t.step("read as much of the database behind 20,000 more jobs as before", async () => {
      await anHourAgo(sql);
      await sql`select private.roll_up()`;
      const before = await pagesRead(sql);
      await sql`
        insert into jobs (queue, key, status, payload, finished_at, requested_at)
        select 'tool-sync', 'k' || n, 'succeeded', '{"kind": "agent"}', now() - interval '2 hours', now() - interval '3 hours'
        from generate_series(1, 20000) n`;
      await sql`vacuum analyze jobs`;
      const after = await pagesRead(sql);
      assert.ok(after < before * 1.2, `${before} pages before, ${after} after`);
    });

    await t.step(
      "show members the figures of their own organization, and nobody else's",
      async () => {
        const other = await world.org({ name: "Other clinic" });
        const read = async (
          view: string,
          { accessToken }: Org,
        ): Promise<Record<string, unknown>[]> => {
          const response = await fetch(`${stack.apiUrl}/rest/v1/${view}`, {
            headers: { apikey: stack.publishableKey, authorization: `Bearer ${accessToken}` },
          });
          assert.equal(response.status, 200);
          return await response.json();
        };
        const [mine, ...others] = await read("org_figures", org);
        assert.deepEqual(others, []);
        assert.partialDeepStrictEqual(mine, {
          org_id: org.id,
          agents: 2,
          agents_synced: 2,
          agents_failed: 0,
          tools_enabled: (await world.currentTools()).size,
          bookings_7d: 1,
          tool_calls_24h: 2,
          tool_calls_refused_24h: 0,
        });
        const usage = await read("org_tool_usage?order=tool", org);
        assert.deepEqual(
          usage.map(({ org_id, tool, outcome, calls }) => ({ org_id, tool, outcome, calls })),
          ["bookClinicAppointment", "checkAvailability"]
            .map((tool) => ({ org_id: org.id, tool, outcome: "ok", calls: 1 })),
        );
        assert.deepEqual((await read("org_figures", other)).map(({ org_id }) => org_id), [
          other.id,
        ]);
        assert.deepEqual(await read("org_tool_usage", other), []);
      },
    );
  }, { cron: false, functionsEnv: { METRICS_TOKEN } });
});

const question = { tool: "checkAvailability", outcome: "question" };

/** What a function measures itself is written in the background. */
async function scrapeUntil(
  stack: Stack,
  condition: (exposition: Exposition) => boolean,
): Promise<Exposition & { text: string }> {
  const deadline = Date.now() + 60_000;
  while (true) {
    const scraped = await scrape(stack);
    if (condition(scraped)) return scraped;
    if (Date.now() > deadline) throw new Error(`Gave up waiting for:\n${scraped.text}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** Pages of the database that a scrape looks at. */
async function pagesRead(sql: Sql): Promise<number> {
  return await sql.begin(async (session) => {
    // The first call of a session reads the catalog besides.
    await session`select public.metrics()`;
    const [row] = await session<{ "QUERY PLAN": [{ Plan: Record<string, number> }] }[]>`
      explain (analyze, buffers, format json) select public.metrics()`;
    const plan = row?.["QUERY PLAN"][0].Plan ?? {};
    return (plan["Shared Hit Blocks"] ?? 0) + (plan["Shared Read Blocks"] ?? 0);
  });
}

/** The next Tuesday but one: the clinic is open, and the lead time has passed. */
async function workingDay(sql: Sql, org: Org): Promise<string> {
  const [row] = await sql<{ day: string }[]>`
    select to_char(date_trunc('week', now() at time zone timezone) + interval '15 days', 'YYYY-MM-DD') as day
    from organizations where id = ${org.id}`;
  assert.ok(row);
  return row.day;
}
