import assert from "node:assert/strict";
import type { JsonObject } from "../../shared/json.ts";
import { splitPrompt } from "../../shared/assistants/prompt_block.ts";
import { drainAndHandOver } from "../../functions/tool-sync/worker.ts";
import { catalogue } from "../../shared/tools/catalogue.ts";
import { beforeEach, dieBefore } from "./support/meanwhile.ts";
import { eventually } from "./support/eventually.ts";
import { sharedWorld } from "./support/shared_world.ts";
import { quiet, withWorld, World } from "./support/world.ts";

const inWorld = sharedWorld();

/** Every assistant carries exactly the current tools, no two tools at Vapi share a name, and nothing is left to do. */
async function assertInStep(world: World): Promise<void> {
  const current = await world.currentTools();
  const { tools, assistants } = world.stack.vapi.state;
  assert.deepEqual([...tools.keys()].sort(), [...current.values()].sort());
  for (const id of assistants.keys()) {
    assert.deepEqual(world.toolIds(id).sort(), [...current.values()].sort());
  }
  const [open] = await world.stack
    .sql`select from jobs where status in ('pending', 'running') and queue = 'tool-sync'`;
  assert.equal(open, undefined);
}

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

Deno.test("what someone edited in Vapi survives a save", () =>
  inWorld(async (world) => {
    const { stack } = world;
    const org = await world.org();
    const { agentId, assistantId } = await world.saveAndSync(org);
    const vapi = (method: string, path: string, body: unknown) =>
      fetch(`${stack.vapi.url}${path}`, {
        method,
        headers: { authorization: `Bearer ${stack.vapi.key}`, "content-type": "application/json" },
        body: JSON.stringify(body),
      }).then((response) => response.json());
    const foreign = await vapi("POST", "/tool", {
      type: "function",
      function: { name: "foreignTool" },
      server: { url: "https://elsewhere.example.com/tool" },
    });
    const before = stack.vapi.state.assistants.get(assistantId ?? "");
    const edited = {
      ...before?.model,
      temperature: 0.9,
      maxTokens: 300,
      messages: [{ role: "system", content: "Edited at Vapi" }, {
        role: "assistant",
        content: "An example",
      }],
      tools: [{ type: "endCall" }],
      toolIds: [...world.toolIds(assistantId ?? ""), foreign.id],
    };
    await vapi("PATCH", `/assistant/${assistantId}`, { model: edited, backgroundSound: "office" });

    await world.saveAndSync(org, { agentId, firstMessage: "A new greeting" });
    const after = stack.vapi.state.assistants.get(assistantId ?? "");
    const { messages: [system, ...others] = [], ...model } = after?.model ?? {};
    assert.equal(splitPrompt(system?.content ?? "").prompt, "Edited at Vapi");
    assert.deepEqual(others, edited.messages.slice(1));
    const { messages: _, ...editedModel } = edited;
    assert.partialDeepStrictEqual(
      { ...after, model },
      { firstMessage: "A new greeting", backgroundSound: "office", model: editedModel },
    );
    const [agent] = await stack.sql`select drift from agents where id = ${agentId}`;
    assert.deepEqual(agent?.drift.map((each: { path: string }) => each.path), [
      "model.messages.system",
    ]);
  }));

Deno.test("a save succeeds while Vapi is down, and is linked by itself when Vapi is back", () =>
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
  withWorld(async (world) => {
    world.stack.net.double(2);
    await world.saveAndSync(await world.org());
    await world.settled();
    await assertInStep(world);
    assert.equal(world.stack.vapi.requests.matching("POST /tool").length, catalogue.length);
    assert.equal(world.stack.vapi.requests.matching("POST /assistant").length, 1);
  }));

Deno.test("three workers at once do everything once", () =>
  inWorld(async (world) => {
    // pg_net stands still, so that nobody else takes the jobs first.
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
  withWorld(async (world) => {
    const { sql, cron } = world.stack;
    const org = await world.org();
    const secrets = await sql`select name, decrypted_secret from vault.decrypted_secrets`;
    await sql`delete from vault.secrets`;
    assert.equal((await world.save(org, { name: "Without Vault" })).status, 200);
    for (const { name, decrypted_secret } of secrets) {
      await sql`select vault.create_secret(${decrypted_secret}, ${name})`;
    }
    await sql`alter function net.http_post rename to http_post_away`;
    assert.equal((await world.save(org, { name: "Without pg_net" })).status, 200);
    await sql`alter function net.http_post_away rename to http_post`;

    const [pending] = await sql`select count(*)::int from jobs where status = 'pending'`;
    assert.equal(pending?.count, 2);
    await sql`update jobs set run_at = now() - interval '3 seconds'`;
    await cron.run("sweep");
    await world.settled();
    await assertInStep(world);
  }, { cron: false }));

Deno.test("a save commits with a Vault that can't be decrypted, the sweep goes on, and new secrets get it synced", () =>
  withWorld(async (world) => {
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

Deno.test("an assistant whose creator died is found also by a worker that was asked for something newer", () =>
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

Deno.test("an assistant gets the voice that its agent has, at its creation and later", () =>
  inWorld(async (world) => {
    const org = await world.org();
    const voices = [
      { provider: "11labs", voiceId: "sarah" },
      { provider: "vapi", voiceId: "Elliot" },
      { provider: "vapi", voiceId: "Kylie" },
    ];
    let agentId: string | undefined;
    for (const voice of voices) {
      const saved = await world.saveAndSync(org, { ...(agentId && { agentId }), voice });
      agentId = saved.agentId;
      const assistant = world.stack.vapi.state.assistants.get(saved.assistantId ?? "");
      assert.partialDeepStrictEqual(assistant?.voice, voice);
    }
  }));

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
    // With all settings, and with those only that an assistant can't be without.
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

Deno.test("a tool that an organization switches off leaves its assistants, and comes back when switched on", () =>
  inWorld(async (world) => {
    const { sql } = world.stack;
    const org = await world.org();
    const other = await world.org({ name: "Other clinic" });
    const mine = await world.saveAndSync(org);
    const theirs = await world.saveAndSync(other);
    const sms = (await world.currentTools()).get("sendSms") ?? "";
    const flip = async (enabled: boolean) => {
      await sql`update org_tools set enabled = ${enabled} where org_id = ${org.id} and tool_name = 'sendSms'`;
      await world.settled();
    };
    await flip(false);
    assert.ok(!world.toolIds(mine.assistantId ?? "").includes(sms));
    assert.ok(world.toolIds(theirs.assistantId ?? "").includes(sms));
    await flip(true);
    await assertInStep(world);
  }));

Deno.test("a tool that is switched off while an assistant is being created leaves it too", () =>
  inWorld(async (world) => {
    const { sql } = world.stack;
    const org = await world.org();
    const { assistantId } = await world.saveAndSync(org);
    const sms = (await world.currentTools()).get("sendSms") ?? "";
    await quiet(world.stack);
    await world.save(org, { name: "Late" });
    const worker = await world.worker();
    await drainAndHandOver(
      beforeEach(
        "create",
        worker,
        () =>
          sql`update org_tools set enabled = false where org_id = ${org.id} and tool_name = 'sendSms'`,
      ),
    );
    await drainAndHandOver(worker);
    const { assistants } = world.stack.vapi.state;
    assert.equal(assistants.size, 2);
    assert.ok(assistants.has(assistantId ?? ""));
    for (const id of assistants.keys()) assert.ok(!world.toolIds(id).includes(sms));
  }, { cron: false }));

/** Stands in for a voice that Vapi's document has, and Vapi does not take. */
async function setVoice(world: World, agentId: string, voice: JsonObject): Promise<void> {
  await world.stack.sql`
    update agents set voice = ${
    world.stack.sql.json(voice)
  }, version = version + 1 where id = ${agentId}`;
}

Deno.test("a setting that Vapi refuses keeps an assistant neither from replaced tools nor from other settings", () =>
  inWorld(async (world) => {
    const { vapi, sql } = world.stack;
    const org = await world.org();
    const { agentId, assistantId } = await world.saveAndSync(org);
    await quiet(world.stack);
    await setVoice(world, agentId, { provider: "nobody", voiceId: "none" });
    await world.save(org, { agentId, firstMessage: "Good day.", systemPrompt: "Be brief." });
    const rotated = await world.worker({}, { VAPI_WEBHOOK_SECRET: "a-rotated-webhook-secret" });
    await drainAndHandOver(rotated);
    for (const { message } of vapi.refusedBodies.splice(0)) {
      assert.match(String(message), /^voice\.provider must be one of/);
    }

    const current = await world.currentTools();
    assert.deepEqual(world.toolIds(assistantId ?? "").sort(), [...current.values()].sort());
    const { firstMessage, voice } = vapi.state.assistants.get(assistantId ?? "") ?? {};
    assert.deepEqual({ firstMessage, voice }, { firstMessage: "Good day.", voice: undefined });
    const [agent] = await sql`
      select version, synced_version, rejected_settings, drift from agents where id = ${agentId}`;
    assert.equal(agent?.synced_version, agent?.version);
    assert.deepEqual(agent?.drift, []);
    assert.deepEqual(
      agent?.rejected_settings.map(({ path }: { path: string }) => path),
      ["voice.provider", "voice.voiceId"],
    );
    assert.match(agent?.rejected_settings[0].reason, /^voice\.provider must be one of/);

    const { body } = await world.save(org, {
      agentId,
      voice: { provider: "vapi", voiceId: "Elliot" },
    });
    assert.equal(body.rejectedSettings.length, 2);
    await drainAndHandOver(rotated);
    await drainAndHandOver(rotated);
    assert.partialDeepStrictEqual(vapi.state.assistants.get(assistantId ?? "")?.voice, {
      provider: "vapi",
      voiceId: "Elliot",
    });
    const [mended] = await sql`select rejected_settings from agents where id = ${agentId}`;
    assert.deepEqual(mended?.rejected_settings, []);
    assert.equal(vapi.state.tools.size, catalogue.length);
  }, { cron: false }));

Deno.test("an assistant is created without what Vapi refuses of it", () =>
  inWorld(async (world) => {
    const { vapi, sql } = world.stack;
    const org = await world.org();
    await quiet(world.stack);
    const { body: { agentId } } = await world.save(org, { firstMessage: "Good day." });
    await setVoice(world, agentId, { provider: "nobody", voiceId: "none" });
    await drainAndHandOver(await world.worker());
    vapi.refusedBodies.splice(0);
    const [status] = await sql`
      select sync_state, assistant_id, rejected_settings from agent_sync_status where agent_id = ${agentId}`;
    assert.equal(status?.sync_state, "synced");
    assert.equal(status?.rejected_settings.length, 2);
    assert.equal(vapi.state.assistants.get(status?.assistant_id)?.firstMessage, "Good day.");
    assert.equal(vapi.state.assistants.size, 1);
  }, { cron: false }));

Deno.test("a language chosen in the console is set on the transcriber that somebody chose at Vapi", () =>
  inWorld(async (world) => {
    const { vapi } = world.stack;
    const org = await world.org();
    const { agentId, assistantId = "" } = await world.saveAndSync(org);
    const transcriber = { provider: "gladia", language: "en", prosody: true };
    vapi.dashboard.updateAssistant(assistantId ?? "", { transcriber });
    await world.saveAndSync(org, { agentId, language: "de" });
    const assistant = vapi.state.assistants.get(assistantId ?? "");
    assert.deepEqual(assistant?.transcriber, { ...transcriber, language: "de" });
  }));
