import assert from "node:assert/strict";
import { splitPrompt } from "../../shared/assistants/prompt_block.ts";
import { catalogue } from "../../shared/tools/catalogue.ts";
import { eventually } from "./support/eventually.ts";
import { beforeEach, dieBefore } from "./support/meanwhile.ts";
import { assertInStep } from "./support/in_step.ts";
import { sharedWorld } from "./support/shared_world.ts";
import { drainAndHandOver, quiet } from "./support/world.ts";

const inWorld = sharedWorld();

Deno.test("a save that changes nothing makes no write to Vapi", () =>
  inWorld(async (world) => {
    const org = await world.org();
    const { agentId } = await world.saveAndSync(org);
    const mark = world.stack.vapi.requests.seq;
    await world.saveAndSync(org, { agentId });
    assert.deepEqual(world.stack.vapi.requests.writes(mark), []);
  }));

Deno.test("50 saves at once of 10 agents of 5 organizations leave one of each tool and 10 assistants", () =>
  inWorld(async (world) => {
    const orgs = await Promise.all(
      Array.from({ length: 5 }, (_, index) => world.org({ name: `Clinic ${index}` })),
    );
    const agents = await Promise.all(
      orgs.flatMap((org) =>
        ["A", "B"].map(async (name) => ({ org, name, ...(await world.save(org, { name })).body }))
      ),
    );
    const saves = Array.from({ length: 50 }, (_, index) => {
      const { org, name, agentId } = agents[index % agents.length]!;
      return world.save(org, { agentId, name, systemPrompt: `Prompt ${index}` });
    });
    for (const { status } of await Promise.all(saves)) assert.equal(status, 200);
    await world.settled();

    assert.equal(world.stack.vapi.state.tools.size, catalogue.length);
    assert.equal(world.stack.vapi.state.assistants.size, 10);
    await assertInStep(world);
    for (const { agentId } of agents) {
      const [agent] = await world.stack
        .sql`select system_prompt, assistant_id from agents where id = ${agentId}`;
      const assistant = world.stack.vapi.state.assistants.get(agent?.assistant_id);
      const [message, ...others] = assistant?.model?.messages ?? [];
      assert.equal(splitPrompt(message?.content ?? "").prompt, agent?.system_prompt);
      assert.deepEqual(others, []);
    }
  }));

Deno.test("a save succeeds while Vapi is down, and is linked automatically when Vapi is back", () =>
  inWorld(async (world) => {
    const { stack } = world;
    await stack.sql`update queues set backoff = '{1 second}' where name = 'tool-sync'`;
    stack.vapi.faults.down();
    const org = await world.org();
    const { status, body } = await world.save(org);
    assert.equal(status, 200);
    await eventually("an attempt has failed", async () => {
      const [job] = await stack.sql`select last_error from jobs where id = ${body.syncId}`;
      return job?.last_error !== null;
    });
    stack.vapi.faults.up();
    await world.settled();
    await assertInStep(world);
    assert.equal(stack.vapi.state.assistants.size, 1);
  }));

Deno.test("the sweep does the work of a request that pg_net lost", () =>
  inWorld(async (world) => {
    world.stack.net.drop(1);
    const { body } = await world.save(await world.org());
    await world.settled();
    const [job] = await world.stack
      .sql`select status, attempts from jobs where id = ${body.syncId}`;
    assert.deepEqual({ ...job }, { status: "succeeded", attempts: 1 });
    await assertInStep(world);
  }));

Deno.test("a request that pg_net sends twice has its effect once", () =>
  inWorld(async (world) => {
    world.stack.net.double();
    await world.saveAndSync(await world.org());
    await world.settled();
    await assertInStep(world);
    assert.equal(world.stack.vapi.requests.matching("POST /tool").length, catalogue.length);
    assert.equal(world.stack.vapi.requests.matching("POST /assistant").length, 1);
  }));

Deno.test("three workers at once do everything once", () =>
  inWorld(async (world) => {
    // pg_net is stopped, so that nobody else takes the jobs first.
    world.stack.net.pause();
    world.stack.vapi.setLatency(20);
    const org = await world.org();
    for (const name of ["A", "B", "C", "D", "E", "F"]) await world.save(org, { name });
    const workers = await Promise.all([world.worker(), world.worker(), world.worker()]);
    await Promise.all(workers.map(drainAndHandOver));
    await world.settled();
    await assertInStep(world);
    assert.equal(world.stack.vapi.requests.matching("POST /tool").length, catalogue.length);
    assert.equal(world.stack.vapi.requests.matching("POST /assistant").length, 6);
  }, { cron: false }));

Deno.test("a save commits with an empty Vault and with a failing pg_net", () =>
  inWorld(async (world) => {
    const { sql, cron } = world.stack;
    const org = await world.org();
    const secrets = await sql`select name, decrypted_secret from vault.decrypted_secrets`;
    await sql`delete from vault.secrets`;
    assert.equal((await world.save(org, { name: "Without Vault" })).status, 200);
    for (const { name, decrypted_secret } of secrets) {
      await sql`select vault.create_secret(${decrypted_secret}, ${name})`;
    }
    await sql`alter function net.http_post rename to http_post_away`;
    try {
      assert.equal((await world.save(org, { name: "Without pg_net" })).status, 200);
    } finally {
      await sql`alter function net.http_post_away rename to http_post`;
    }

    const [pending] = await sql`select count(*)::int from jobs where status = 'pending'`;
    assert.equal(pending?.count, 2);
    await sql`update jobs set run_at = now() - interval '3 seconds'`;
    await cron.run("sweep");
    await world.settled();
    await assertInStep(world);
  }, { cron: false }));

Deno.test("a save commits with a Vault that can't be decrypted, the sweep goes on, and new secrets get it synced", () =>
  inWorld(async (world) => {
    const { sql, cron } = world.stack;
    const org = await world.org();
    const secrets = await sql`select name, decrypted_secret from vault.decrypted_secrets`;
    await sql`update vault._key set key = 'of another project'`;
    await assert.rejects(async () =>
      await sql`select decrypted_secret from vault.decrypted_secrets`
    );
    assert.equal((await world.save(org)).status, 200);
    await sql`update jobs set run_at = now() - interval '3 seconds'`;
    await sql`delete from private.heartbeats`;
    await cron.run("sweep");
    const heartbeats = await sql`select from private.heartbeats where task = 'sweep'`;
    assert.equal(heartbeats.length, 1);

    await sql`delete from vault.secrets`;
    for (const { name, decrypted_secret } of secrets) {
      await sql`select vault.create_secret(${decrypted_secret}, ${name})`;
    }
    await cron.run("sweep");
    await world.settled();
    await assertInStep(world);
  }, { cron: false }));

Deno.test("a create whose answer was lost is adopted, for tools and for assistants", () =>
  inWorld(async (world) => {
    const { faults, requests } = world.stack.vapi;
    faults.next("POST /tool", "lost-answer", { times: 2 });
    faults.next("POST /assistant", { status: 502, html: true, afterEffect: true });
    await world.saveAndSync(await world.org());
    await assertInStep(world);
    assert.equal(world.stack.vapi.state.assistants.size, 1);
    assert.equal(requests.matching("POST /tool").length, catalogue.length);
    assert.equal(requests.matching("POST /assistant").length, 1);
  }));

Deno.test("an assistant whose creator died is also found by a worker with a newer request", () =>
  inWorld(async (world) => {
    const { sql, net, vapi } = world.stack;
    net.pause();
    const org = await world.org();
    const { body: { agentId } } = await world.save(org);
    const worker = await world.worker();
    await dieBefore("record_assistant", worker);
    await sql`update jobs set lease_until = now() - interval '1 second' where status = 'running'`;
    await sql`select private.recover_expired_leases('tool-sync')`;

    const newer = {
      systemPrompt: "A newer prompt",
      voice: { provider: "vapi", voiceId: "Elliot" },
    };
    await world.save(org, { agentId, ...newer });
    await drainAndHandOver(worker);
    assert.equal(vapi.state.assistants.size, 1);
    await assertInStep(world);
    const [assistant] = vapi.state.assistants.values();
    const { content } = assistant?.model?.messages?.[0] ?? {};
    assert.equal(splitPrompt(content ?? "").prompt, newer.systemPrompt);
    assert.partialDeepStrictEqual(assistant?.voice, newer.voice);
  }, { cron: false }));

Deno.test("an assistant deleted at Vapi is created again, and only a 404 leads to that", () =>
  inWorld(async (world) => {
    const org = await world.org();
    const { agentId, assistantId } = await world.saveAndSync(org);
    const { vapi } = world.stack;
    await fetch(`${vapi.url}/assistant/${assistantId}`, {
      method: "DELETE",
      headers: { authorization: `Bearer ${vapi.key}` },
    }).then((response) => response.body?.cancel());
    vapi.faults.next("GET /assistant/:id", { status: 500 });
    const again = await world.saveAndSync(org, { agentId });
    assert.notEqual(again.assistantId, assistantId);
    assert.equal(vapi.state.assistants.size, 1);
    await assertInStep(world);
  }));

Deno.test("an assistant deleted at Vapi between a look at it and the update is created again", () =>
  inWorld(async (world) => {
    const org = await world.org();
    const { agentId, assistantId } = await world.saveAndSync(org);
    const { vapi, sql } = world.stack;
    await quiet(world.stack);
    await world.save(org, { agentId, systemPrompt: "A newer prompt" });
    const worker = await world.worker();
    await drainAndHandOver(
      beforeEach("update", worker, () => vapi.dashboard.deleteAssistant(assistantId ?? "")),
    );
    await sql`update jobs set run_at = now() where status = 'pending'`;
    await drainAndHandOver(worker);
    assert.equal(vapi.state.assistants.size, 1);
    await assertInStep(world);
  }, { cron: false }));

Deno.test("a refusal that no retry can fix is dead at once, visible to the console, and alerted", () =>
  inWorld(async (world) => {
    const { sql } = world.stack;
    // With all settings, and with only those that an assistant cannot do without.
    world.stack.vapi.faults.next("POST /assistant", { status: 400 });
    world.stack.vapi.faults.next("POST /assistant", { status: 400 });
    const { body } = await world.save(await world.org(), {}, { prefer: "wait=30" });
    assert.equal(body.syncState, "failed");
    const [job] = await sql`select status, attempts from jobs where id = ${body.syncId}`;
    assert.deepEqual({ ...job }, { status: "dead", attempts: 1 });
    const alerts = await sql`select kind, severity from alerts where job_id = ${body.syncId}`;
    assert.deepEqual(alerts.map((row) => ({ ...row })), [{
      kind: "job_dead",
      severity: "critical",
    }]);

    const [revived] = await sql`select revive_job(${body.syncId}) as id`;
    assert.notEqual(revived?.id, body.syncId);
    await world.settled();
    await assertInStep(world);
  }));
