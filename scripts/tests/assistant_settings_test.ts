/** Which parts of an agent reach its assistant, and what stays as somebody set it at Vapi. */
import assert from "node:assert/strict";
import { splitPrompt } from "../../shared/assistants/prompt_block.ts";
import type { JsonObject } from "../../shared/json.ts";
import { catalogue } from "../../shared/tools/catalogue.ts";
import { sharedWorld } from "./support/shared_world.ts";
import { drainAndHandOver, quiet, World } from "./support/world.ts";

const inWorld = sharedWorld();

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

/** Represents a voice that is in Vapi's document but that Vapi refuses. */
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
    const [accepted] = await sql`select rejected_settings from agents where id = ${agentId}`;
    assert.deepEqual(accepted?.rejected_settings, []);
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

Deno.test("a model that an assistant was given is shown until the console chooses one", () =>
  inWorld(async (world) => {
    const { sql, vapi } = world.stack;
    const org = await world.org();
    const { agentId, assistantId } = await world.saveAndSync(org);
    const shown = async () => {
      const [row] = await sql`
        select status.model_set as in_view, agent.model_set
        from agent_sync_status status join agents agent on agent.id = status.agent_id where agent.id = ${agentId}`;
      assert.equal(row?.in_view, row?.model_set);
      return row?.model_set;
    };
    assert.equal(await shown(), null);
    const before = vapi.state.assistants.get(assistantId ?? "");
    assert.ok(before);
    const { model, ...bare } = structuredClone(before);
    vapi.dashboard.putAssistant(bare);

    await world.saveAndSync(org, { agentId, firstMessage: "Hello again." });
    assert.equal(vapi.state.assistants.get(assistantId ?? "")?.model?.model, model?.model);
    assert.equal(await shown(), model?.model);
    await world.saveAndSync(org, { agentId, firstMessage: "And again." });
    assert.equal(await shown(), model?.model, "a later sync leaves it");

    await world.saveAndSync(org, { agentId, model: { provider: "openai", model: "gpt-4o" } });
    assert.equal(await shown(), null);
  }));
