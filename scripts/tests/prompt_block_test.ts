/** What the model is told about its clinic: kept up to date at Vapi, with nothing around it touched. */
import assert from "node:assert/strict";
import type { JsonObject } from "../../shared/json.ts";
import { splitPrompt } from "../../shared/assistants/prompt_block.ts";
import { eventually } from "./support/eventually.ts";
import { patchAssistant } from "./support/hand_made.ts";
import { sharedWorld } from "./support/shared_world.ts";
import type { World } from "./support/world.ts";

const inWorld = sharedWorld();

const systemOf = ({ stack }: World, assistantId: string | null) =>
  stack.vapi.state.assistants.get(assistantId ?? "")?.model?.messages?.[0]?.content ?? "";

const patches = ({ stack }: World, mark: number) =>
  stack.vapi.requests.writes(mark).filter(({ method }) => method === "PATCH");

Deno.test("an agent's assistant knows its clinic, and the console knows nothing of that", () =>
  inWorld(async (world) => {
    const org = await world.org({ name: "Example Clinic", timezone: "Europe/London" });
    const { agentId, assistantId } = await world.saveAndSync(org, { systemPrompt: "Be kind." });
    const { prompt, block = "" } = splitPrompt(systemOf(world, assistantId));
    assert.equal(prompt, "Be kind.");
    assert.match(block, /"Europe\/London"\}\}/);
    assert.match(block, /Clinic: Example Clinic\nOpen: Monday to Friday 09:00-17:00\n/);
    const [agent] = await world.stack
      .sql`select system_prompt, drift from agents where id = ${agentId}`;
    assert.deepEqual({ ...agent }, { system_prompt: "Be kind.", drift: [] });
  }));

Deno.test("changes of hours, services and providers reach every agent of the clinic, once for all of a burst, and no other clinic", () =>
  inWorld(async (world) => {
    const { sql, vapi, net } = world.stack;
    const [ours, theirs] = [await world.org(), await world.org()];
    const agents = [
      await world.saveAndSync(ours, { name: "One" }),
      await world.saveAndSync(ours, { name: "Two" }),
    ];
    await world.saveAndSync(theirs);
    await world.settled();
    const mark = vapi.requests.seq;
    // Nothing is read until all of it has been written.
    net.pause();
    await sql`update business_hours set closes = '18:00' where org_id = ${ours.id}`;
    await sql`insert into services (org_id, name, duration_minutes, position) values (${ours.id}, 'Filling', 60, 1)`;
    await sql`delete from business_hours where org_id = ${ours.id} and weekday = 5`;
    await sql`update calendars set name = 'Dr. Adams' where org_id = ${ours.id}`;
    await sql`update organizations set name = 'Renamed Clinic' where id = ${ours.id}`;
    net.resume();
    await world.settled();

    for (const { assistantId } of agents) {
      const content = systemOf(world, assistantId);
      assert.match(content, /Clinic: Renamed Clinic\nOpen: Monday to Thursday 09:00-18:00\n/);
      assert.match(
        content,
        /Visits: Appointment \(30 min\); Filling \(60 min\)\nWith: Dr\. Adams\n/,
      );
    }
    assert.equal(patches(world, mark).length, agents.length);
  }));

Deno.test("a change that a clinic's admin makes with their own token is told too, once for a transaction", () =>
  inWorld(async (world) => {
    const { sql, apiUrl, publishableKey, vapi } = world.stack;
    const org = await world.org();
    const { assistantId } = await world.saveAndSync(org);
    await world.settled();
    const response = await fetch(`${apiUrl}/rest/v1/business_hours?org_id=eq.${org.id}`, {
      method: "PATCH",
      headers: {
        apikey: publishableKey,
        authorization: `Bearer ${org.accessToken}`,
        "content-type": "application/json",
      },
      body: JSON.stringify({ opens: "08:00" }),
    });
    assert.ok(response.ok, await response.text());
    await world.settled();
    assert.match(systemOf(world, assistantId), /Open: Monday to Friday 08:00-17:00\n/);

    const mark = vapi.requests.seq;
    const jobs = async () => (await sql`select from jobs`).length;
    const before = await jobs();
    await sql.begin(async (transaction) => {
      await transaction`update business_hours set closes = '16:00' where org_id = ${org.id}`;
      await transaction`update services set name = 'Check-up' where org_id = ${org.id}`;
      await transaction`insert into calendars (org_id, name) values (${org.id}, 'Second')`;
    });
    assert.equal(await jobs(), before + 1);
    await world.settled();
    assert.match(
      systemOf(world, assistantId),
      /08:00-16:00\nVisits: Check-up .*\nWith: Clinic; Second/,
    );
    assert.equal(patches(world, mark).length, 1);
  }));

Deno.test("what changes nothing asks for no sync, and an organization is deleted with all its settings", () =>
  inWorld(async (world) => {
    const { sql } = world.stack;
    const org = await world.org();
    await world.saveAndSync(org);
    await world.settled();
    const syncs = async () =>
      (await sql`select from jobs where payload ->> 'kind' = 'agent'`).length;
    const before = await syncs();
    await sql`update business_hours set opens = opens where org_id = ${org.id}`;
    assert.equal(await syncs(), before);
    await sql`delete from organizations where id = ${org.id}`;
    assert.equal(await syncs(), 0);
  }));

Deno.test("an edit of the prompt at Vapi survives a change of the clinic, and an edit of our part doesn't", () =>
  inWorld(async (world) => {
    const { sql, vapi } = world.stack;
    const org = await world.org();
    const { agentId, assistantId } = await world.saveAndSync(org);
    const before = systemOf(world, assistantId);
    const content = `Edited.\n\n${before.replace("Open: Monday", "Open: Sunday")}\n\nAnd after.`;
    await patchAssistant(vapi, assistantId ?? "", { messages: [{ role: "system", content }] });
    await sql`update services set name = 'Check-up' where org_id = ${org.id}`;
    await world.settled();

    const { prompt, block = "" } = splitPrompt(systemOf(world, assistantId));
    assert.equal(prompt, `Edited.\n\n${splitPrompt(before).prompt}\n\nAnd after.`);
    assert.match(block, /Open: Monday to Friday/);
    assert.match(block, /Visits: Check-up/);
    const [agent] = await sql`select drift from agents where id = ${agentId}`;
    assert.deepEqual(agent?.drift.map(({ path }: JsonObject) => path), ["model.messages.system"]);
  }));

Deno.test("a deployment with other words brings them to every agent, and touches nothing else", () =>
  inWorld(async (world) => {
    const { sql, vapi, functions } = world.stack;
    const assistants: string[] = [];
    for (const org of [await world.org(), await world.org()]) {
      assistants.push((await world.saveAndSync(org)).assistantId ?? "");
    }
    await world.settled();
    const before = new Map(assistants.map((id) => [id, systemOf(world, id)]));
    for (const id of assistants) {
      const content = systemOf(world, id).replace("Clinic: ", "The clinic is ");
      await patchAssistant(vapi, id, { messages: [{ role: "system", content }] });
    }
    await sql`update webhook_state set fingerprint = 'of the words of before', announced_at = now() - interval '1 day'`;
    const mark = vapi.requests.seq;
    await functions.restart("tool-sync");
    await sql`select private.wake('tool-sync')`;
    await eventually(
      "every assistant has the words of now",
      () => assistants.every((id) => systemOf(world, id) === before.get(id)),
    );
    await world.settled();
    assert.equal(patches(world, mark).length, assistants.length);
  }));
