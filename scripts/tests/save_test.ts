import assert from "node:assert/strict";
import type { JsonObject } from "../../shared/json.ts";
import { sharedWorld } from "./support/shared_world.ts";

const inWorld = sharedWorld();

Deno.test("agent-save", async (t) => {
  await inWorld(async (world) => {
    const { stack } = world;
    const { sql } = stack;
    const org = await world.org();

    await t.step("answers with the requested sync and its state", async () => {
      const { status, body } = await world.save(org);
      assert.equal(status, 200);
      assert.partialDeepStrictEqual(body, {
        success: true,
        assistantId: null,
        toolSyncTriggered: true,
        version: 1,
        syncState: "pending",
      });
      const [job] = await sql`select queue, key, org_id from jobs where id = ${body.syncId}`;
      assert.deepEqual({ ...job }, {
        queue: "tool-sync",
        key: `agent:${body.agentId}`,
        org_id: org.id,
      });
    });

    await t.step("brings the assistant's id along if the caller prefers to wait", async () => {
      const { body, headers } = await world.save(org, { name: "Waiting" }, { prefer: "wait=30" });
      assert.equal(body.syncState, "synced");
      assert.equal(headers.get("preference-applied"), "wait=30");
      assert.ok(body.assistantId !== null && stack.vapi.state.assistants.has(body.assistantId));
    });

    await t.step("fills org_tools and links every tool", async () => {
      const { assistantId } = await world.saveAndSync(org, { name: "Linked" });
      const tools = await sql`
        select tool_name, vapi_tool_id, enabled, length(definition_hash) as hash_length, description
        from org_tools where org_id = ${org.id} order by tool_name`;
      const current = await world.currentTools();
      assert.deepEqual(new Map(tools.map((row) => [row.tool_name, row.vapi_tool_id])), current);
      assert.ok(tools.every((row) => row.enabled && row.hash_length === 64 && row.description));
      assert.deepEqual(world.toolIds(assistantId ?? "").sort(), [...current.values()].sort());
    });

    await t.step("creates the assistant without tools, and links them afterwards", () => {
      const bodies = stack.vapi.requests.matching("POST /assistant").map(({ body }) => body);
      for (const body of bodies) assert.partialDeepStrictEqual(body, { model: { toolIds: [] } });
    });

    await t.step("refuses a stale version with 409 and the current one", async () => {
      const { agentId } = await world.saveAndSync(org, { name: "Versioned" });
      const second = await world.save(org, {
        agentId,
        version: 1,
        name: "Versioned",
        systemPrompt: "B",
      });
      assert.equal(second.body.version, 2);
      const stale = await world.save(org, {
        agentId,
        version: 1,
        name: "Versioned",
        systemPrompt: "C",
      });
      assert.equal(stale.status, 409);
      assert.partialDeepStrictEqual(stale.body, {
        success: false,
        error: { code: "version_conflict", details: { currentVersion: 2 } },
      });
      const [agent] = await sql`select system_prompt from agents where id = ${agentId}`;
      assert.equal(agent?.system_prompt, "B");
    });

    await t.step("keeps what a save leaves out and clears what it sets to null", async () => {
      const voice = { provider: "11labs", voiceId: "paula" };
      const { agentId } = await world.saveAndSync(org, { name: "Partial", voice, language: "de" });
      await world.saveAndSync(org, { agentId, name: "Partial", language: null });
      const [agent] = await sql`select voice, language, version from agents where id = ${agentId}`;
      assert.deepEqual({ ...agent }, { voice, language: null, version: 2 });
    });

    await t.step(
      "takes only what changed, merges settings, and takes at Vapi what null clears",
      async () => {
        const { agentId, assistantId } = await world.saveAndSync(org, {
          name: "Settings",
          voice: { provider: "vapi", voiceId: "Elliot" },
          maxDurationSeconds: 900,
          firstMessage: "Good day.",
          language: "de-DE",
          settings: {
            endCallMessage: "Goodbye.",
            transcriber: { keyterm: ["Botox"] },
            artifactPlan: { recordingEnabled: false, videoRecordingEnabled: false },
            analysisPlan: { summaryPlan: { enabled: false, timeoutSeconds: 5 } },
            voicemailDetection: { provider: "google", beepMaxAwaitSeconds: 9 },
          },
        });
        const assistant = () => stack.vapi.state.assistants.get(assistantId ?? "");
        assert.partialDeepStrictEqual(assistant(), {
          maxDurationSeconds: 900,
          endCallMessage: "Goodbye.",
          transcriber: { provider: "deepgram", language: "de", keyterm: ["Botox"] },
          artifactPlan: { recordingEnabled: false, videoRecordingEnabled: false },
        });
        const change = async (fields: JsonObject) => {
          const { body } = await world.change(org, { agentId, ...fields }, { prefer: "wait=30" });
          assert.equal(body.syncState, "synced", JSON.stringify(body));
          return body;
        };
        const changed = await change({
          settings: {
            endCallMessage: null,
            artifactPlan: { recordingEnabled: true },
            analysisPlan: { summaryPlan: { timeoutSeconds: null } },
            voicemailDetection: { provider: "twilio", machineDetectionTimeout: 10 },
          },
        });
        assert.equal(changed.version, 2);
        assert.equal(assistant()?.endCallMessage, undefined);
        assert.deepEqual(assistant()?.artifactPlan, {
          recordingEnabled: true,
          videoRecordingEnabled: false,
        });
        assert.partialDeepStrictEqual(assistant(), {
          analysisPlan: { summaryPlan: { enabled: false } },
          voicemailDetection: { provider: "twilio", machineDetectionTimeout: 10 },
        });
        const { analysisPlan, voicemailDetection } = JSON.parse(JSON.stringify(assistant()));
        assert.deepEqual(analysisPlan.summaryPlan, { enabled: false });
        assert.equal("beepMaxAwaitSeconds" in voicemailDetection, false, "it was the other one's");
        await change({ voice: null, maxDurationSeconds: null, firstMessage: null, language: null });
        assert.partialDeepStrictEqual(assistant(), {
          name: "Settings",
          firstMessage: "",
          transcriber: { provider: "deepgram", keyterm: ["Botox"] },
        });
        const { voice, maxDurationSeconds, transcriber } = assistant() ?? {};
        assert.equal(voice, undefined);
        // Vapi's own.
        assert.equal(maxDurationSeconds ?? 600, 600);
        assert.deepEqual(transcriber, { provider: "deepgram", keyterm: ["Botox"] });
        const [agent] =
          await sql`select drift, rejected_settings from agents where id = ${agentId}`;
        assert.deepEqual({ ...agent }, { drift: [], rejected_settings: [] });
      },
    );

    await t.step("refuses a name that the organization uses already", async () => {
      const { status, body } = await world.save(org, { name: "Linked" });
      assert.equal(status, 409);
      assert.equal(body.error?.code, "name_taken");
    });

    await t.step("refuses a body with field-level errors", async () => {
      const { status, body } = await world.save(org, { role: "both", colour: "red" });
      assert.equal(status, 400);
      assert.partialDeepStrictEqual(body.error, { code: "invalid_input" });
      const details = body.error?.details as { path: string }[];
      assert.deepEqual(details.map(({ path }) => path), ["role", "colour"]);
    });

    await t.step(
      "refuses members without the right, people of other organizations and strangers",
      async () => {
        const other = await world.org({ name: "Other clinic" });
        const foreign = await world.save(other, { orgId: org.id, name: "Intruder" });
        assert.equal(foreign.status, 403);
        const { agentId } = await world.saveAndSync(org, { name: "Mine" });
        const stolen = await world.save(other, { agentId, name: "Mine" });
        assert.equal(stolen.status, 404);

        await sql`update members set role = 'member' where org_id = ${other.id}`;
        const plain = await world.save(other, { name: "Plain member" });
        assert.equal(plain.status, 403);
        await sql`delete from members where org_id = ${other.id}`;
        assert.equal((await world.save(other, { name: "Removed member" })).status, 403);
        assert.equal((await world.save({ accessToken: "x.y.z" })).status, 401);
      },
    );

    await t.step("asks a member of several organizations which one is meant", async () => {
      const second = await world.org({ name: "Second clinic" });
      await sql`insert into members (org_id, user_id, role) values (${second.id}, ${org.userId}, 'admin')`;
      const unclear = await world.save(org, { name: "Whose" });
      assert.equal(unclear.status, 400);
      assert.partialDeepStrictEqual(unclear.body.error?.details, [{ path: "orgId" }]);
      assert.equal((await world.save(org, { name: "Whose", orgId: second.id })).status, 200);
      await sql`delete from members where org_id = ${second.id} and user_id = ${org.userId}`;
    });

    await t.step(
      "shows members the state of their own agents' syncs, and nobody else's",
      async () => {
        await world.settled();
        const read = async (accessToken: string) => {
          const url = `${stack.apiUrl}/rest/v1/agent_sync_status?select=org_id,status`;
          const response = await fetch(url, {
            headers: { apikey: stack.publishableKey, authorization: `Bearer ${accessToken}` },
          });
          assert.equal(response.status, 200);
          return await response.json() as { org_id: string; status: string }[];
        };
        const mine = await read(org.accessToken);
        assert.ok(mine.length > 0);
        assert.ok(mine.every((row) => row.org_id === org.id && row.status === "synced"));
        assert.deepEqual(await read((await world.org({ name: "New clinic" })).accessToken), []);
      },
    );

    await t.step("answers a browser's preflight", async () => {
      const response = await fetch(`${stack.functionsUrl}/agent-save`, {
        method: "OPTIONS",
        headers: { origin: "https://console.example.com", "access-control-request-method": "POST" },
      });
      await response.body?.cancel();
      assert.equal(response.headers.get("access-control-allow-origin"), "*");
    });
  });
});
