/** migrate-tools as its callers see it. */
import assert from "node:assert/strict";
import { createClient } from "@supabase/supabase-js";
import { dryRunSchema } from "../../functions/migrate-tools/report.ts";
import { seedFleet } from "../local/fleet.ts";
import { api, ended } from "./support/migration.ts";
import { sharedWorld } from "./support/shared_world.ts";

const inWorld = sharedWorld();

const quiet = { cron: false };

Deno.test("the same migration started again joins the running one; another one runs beside it", () =>
  inWorld(async ({ stack }) => {
    const { agents } = await seedFleet(stack, { organizations: 4, agentsOf: () => 1 });
    stack.net.pause();
    const start = async (body?: Record<string, unknown>) =>
      (await api(stack, "POST", "", body)).body;
    const first = await start({});
    assert.equal(first.isNew, true);
    assert.deepEqual([(await start({})).runId, (await start({})).isNew], [first.runId, false]);
    const other = await start({ orgId: agents[0]!.orgId });
    assert.notEqual(other.runId, first.runId);
    const [open] = await stack.sql`select count(*)::int from jobs where status = 'pending'`;
    assert.equal(open?.count, 4, "both wait for the same syncs");

    stack.net.resume();
    for (const [run, total] of [[first, 4], [other, 1]] as const) {
      const report = await ended(stack, run.runId);
      assert.partialDeepStrictEqual(report.agents, { total, migrated: total });
    }
    assert.equal((await start({})).isNew, true);
  }, quiet));

Deno.test("it can be called by fetch, by supabase.functions.invoke and by curl", () =>
  inWorld(async ({ stack }) => {
    await seedFleet(stack, { organizations: 2, agentsOf: () => 1 });
    const byFetch = await api(stack, "POST", "");
    assert.equal(byFetch.status, 202);
    await ended(stack, byFetch.body.runId);

    const supabase = createClient(stack.apiUrl, stack.secretKey, {
      auth: { persistSession: false, autoRefreshToken: false },
    });
    const { data, error } = await supabase.functions.invoke("migrate-tools");
    assert.equal(error, null);
    assert.equal(data.success, true);
    await ended(stack, data.runId);
    const report = await supabase.functions.invoke(`migrate-tools?runId=${data.runId}`, {
      method: "GET",
    });
    assert.partialDeepStrictEqual(report.data, { status: "done", agents: { unchanged: 2 } });

    const curl = await new Deno.Command("curl", {
      args: ["-sS", `${stack.functionsUrl}/migrate-tools`].concat(
        ["-H", `apikey: ${stack.secretKey}`, "-H", "content-type: application/json"],
        ["-d", '{"dryRun":true}'],
      ),
    }).output();
    const plan = dryRunSchema.parse(JSON.parse(new TextDecoder().decode(curl.stdout)));
    assert.equal(plan.agents.unchanged, 2);
  }, quiet));

Deno.test("it refuses callers without a secret key, unknown fields by name, and what does not exist", () =>
  inWorld(async ({ stack }) => {
    const call = async (method: string, query = "", body?: unknown, apikey = stack.secretKey) => {
      const { status, body: answer } = await api(stack, method, query, body, apikey);
      return [status, answer.error?.code, answer.error?.message];
    };
    const nowhere = crypto.randomUUID();
    assert.equal((await call("POST", "", {}, stack.publishableKey))[0], 401);
    assert.equal((await call("GET", "", undefined, ""))[0], 401);
    assert.deepEqual(await call("POST", "", { dryrun: true, org: 1 }), [
      400,
      "invalid_input",
      "Cannot start the migration: dryrun: unknown field; org: unknown field",
    ]);
    assert.deepEqual((await call("POST", "", { orgId: "clinic" })).slice(0, 2), [
      400,
      "invalid_input",
    ]);
    for (const dryRun of [true, false]) {
      assert.deepEqual(await call("POST", "", { orgId: nowhere, dryRun }), [
        404,
        "not_found",
        `Organization ${nowhere} does not exist`,
      ]);
    }
    assert.deepEqual(await call("GET", `?runId=${nowhere}`), [
      404,
      "not_found",
      `Migration ${nowhere} does not exist`,
    ]);
    assert.deepEqual((await call("GET", "?run=1")).slice(0, 2), [400, "invalid_input"]);
    assert.equal((await call("DELETE"))[0], 405);
    const [runs] = await stack.sql`select count(*)::int from backfill_runs`;
    assert.equal(runs?.count, 0);
  }, quiet));
