/** A human when needed: Vapi's own tools, and where a call goes that asks for a person. */
import assert from "node:assert/strict";
import type { JsonObject } from "../../shared/json.ts";
import { contractErrors } from "../../shared/vapi/contract.ts";
import { patchAssistant } from "./support/hand_made.ts";
import { sharedWorld } from "./support/shared_world.ts";
import type { Org, World } from "./support/world.ts";

const inWorld = sharedWorld();
const PHONE = "+12025550101";

/** As an owner does it, with their own token. */
async function change({ stack }: World, org: Org, row: JsonObject): Promise<Response> {
  return await fetch(`${stack.apiUrl}/rest/v1/organizations?id=eq.${org.id}`, {
    method: "PATCH",
    headers: {
      apikey: stack.publishableKey,
      authorization: `Bearer ${org.accessToken}`,
      "content-type": "application/json",
    },
    body: JSON.stringify(row),
  });
}

async function clinic(world: World, settings: JsonObject = {}) {
  const org = await world.org();
  const { assistantId } = await world.saveAndSync(org);
  const response = await change(world, org, settings);
  assert.equal(response.ok, true, await response.text());
  return { org, assistantId: assistantId ?? "" };
}

const toolsOf = ({ stack }: World, assistantId: string) =>
  stack.vapi.state.assistants.get(assistantId)?.model?.tools ?? [];

async function asked(
  { stack }: World,
  assistantId: string,
  { type = "transfer-destination-request", said = "Hello." } = {},
) {
  const artifact = { messages: [{ role: "user", message: said }] };
  const fields = type.startsWith("handoff") ? { artifact, parameters: {} } : { artifact };
  const answer = await stack.vapi.calls.sendEvent({ assistantId, type, fields });
  assert.equal(answer?.status, 200);
  const body = JSON.parse(answer?.raw ?? "");
  if (body.destination !== undefined) {
    assert.deepEqual(contractErrors("TransferDestinationNumber", body.destination), []);
  }
  return body;
}

Deno.test("an agent can transfer and end calls, and a number set by the owner reaches its tool", () =>
  inWorld(async (world) => {
    const { org, assistantId } = await clinic(world);
    assert.deepEqual(toolsOf(world, assistantId).map(({ type }) => type), [
      "transferCall",
      "endCall",
    ]);
    await change(world, org, { transfer_phone: PHONE, transfer_hours: "always" });
    await world.settled();
    assert.match(JSON.stringify(toolsOf(world, assistantId)[0]), /"number":"\+12025550101"/);

    const { vapi } = world.stack;
    await patchAssistant(vapi, assistantId, {
      tools: [{ type: "dtmf" }, ...toolsOf(world, assistantId)],
    });
    await change(world, org, { transfer_phone: null });
    await world.settled();
    assert.deepEqual(toolsOf(world, assistantId).map(({ type }) => type), [
      "dtmf",
      "transferCall",
      "endCall",
    ]);
    assert.doesNotMatch(JSON.stringify(toolsOf(world, assistantId)), /\+1202/);
    const mark = vapi.requests.seq;
    await world.saveAndSync(org, { agentId: await agentOf(world, assistantId) });
    assert.deepEqual(vapi.requests.writes(mark), []);
  }));

async function agentOf({ stack }: World, assistantId: string): Promise<string> {
  const [agent] = await stack.sql<
    { id: string }[]
  >`select id from agents where assistant_id = ${assistantId}`;
  return agent?.id ?? "";
}

Deno.test("a deleted agent's assistant that is kept loses our tools, and no others of the kind", () =>
  inWorld(async (world) => {
    const { org, assistantId } = await clinic(world);
    const theirs = { type: "endCall", rejectionPlan: { conditions: [] } };
    await patchAssistant(world.stack.vapi, assistantId, {
      tools: [...toolsOf(world, assistantId).slice(0, 1), theirs, { type: "dtmf" }],
    });
    await world.stack.sql`
      insert into deleted_assistants (assistant_id, agent_id, org_id, is_kept)
      values (${assistantId}, ${await agentOf(world, assistantId)}, ${org.id}, true)`;
    await world.stack.sql`delete from agents where assistant_id = ${assistantId}`;
    await world.settled();
    assert.deepEqual(world.toolIds(assistantId), []);
    assert.deepEqual(toolsOf(world, assistantId).map(({ type }) => type), ["endCall", "dtmf"]);
  }));

for (const type of ["transfer-destination-request", "handoff-destination-request"]) {
  Deno.test(`a ${type} goes to the clinic's person while somebody is there, and says what to do otherwise`, () =>
    inWorld(async (world) => {
      const { org, assistantId } = await clinic(world, { phone: "+12025550100" });
      assert.match((await asked(world, assistantId, { type })).error, /call \+12025550100 during/);

      await change(world, org, { transfer_phone: PHONE, transfer_hours: "always" });
      const { destination } = await asked(world, assistantId, { type });
      assert.deepEqual(destination, {
        type: "number",
        number: PHONE,
        message: "I am connecting you now.",
      });
      await change(world, org, { transfer_hours: "business_hours" });
      await world.stack.sql`delete from business_hours where org_id = ${org.id}`;
      assert.match((await asked(world, assistantId, { type })).error, /call \+12025550100 during/);
    }));
}

Deno.test("hours of the transfer: of the clinic or a calendar, less closures, between two times, past midnight too", () =>
  inWorld(async (world) => {
    const { sql } = world.stack;
    const { org } = await clinic(world, { transfer_phone: PHONE });
    const isStaffed = async (at: string) => {
      const [row] = await sql<{ is: boolean }[]>`
        select private.is_staffed(org, (${at}::timestamp at time zone org.timezone)) as is
        from organizations org where id = ${org.id}`;
      return row?.is;
    };
    // A Monday, and a Sunday, on which nobody works.
    assert.deepEqual(
      [
        await isStaffed("2026-11-30 09:00"),
        await isStaffed("2026-11-30 17:00"),
        await isStaffed("2026-11-29 10:00"),
      ],
      [true, false, false],
    );
    const [calendar] = await sql<
      { id: string }[]
    >`select id from calendars where org_id = ${org.id}`;
    await sql`insert into business_hours (org_id, calendar_id, weekday, opens, closes)
      values (${org.id}, ${calendar?.id ?? ""}, 7, '09:00', '12:00')`;
    assert.equal(await isStaffed("2026-11-29 10:00"), true);
    await sql`insert into closures (org_id, first_day, last_day) values (${org.id}, '2026-11-29', '2026-11-30')`;
    assert.equal(await isStaffed("2026-11-29 10:00"), false);

    await change(world, org, {
      transfer_hours: "between",
      transfer_from: "22:00",
      transfer_until: "06:00",
    });
    assert.deepEqual(
      [
        await isStaffed("2026-11-30 23:00"),
        await isStaffed("2026-11-30 05:59"),
        await isStaffed("2026-11-30 06:00"),
      ],
      [true, true, false],
    );
    assert.equal((await change(world, org, { transfer_until: null })).status, 400);
  }));

Deno.test("a caller in an emergency is connected at any hour, and hears it in the agent's language", () =>
  inWorld(async (world) => {
    const { org, assistantId } = await clinic(world, {
      transfer_phone: PHONE,
      emergency_words: ["Zahnunfall"],
    });
    await world.stack.sql`delete from business_hours where org_id = ${org.id}`;
    await world.stack.sql`update agents set language = 'de-DE' where org_id = ${org.id}`;
    assert.match(
      (await asked(world, assistantId)).error,
      /^Ich kann diesen Anruf nicht weiterleiten/,
    );
    const { destination } = await asked(world, assistantId, {
      said: "Mein Kind hatte einen ZAHNUNFALL!",
    });
    assert.deepEqual([destination.number, destination.message], [PHONE, "Ich verbinde Sie jetzt."]);
    await world.settled();
    const [system] = world.stack.vapi.state.assistants.get(assistantId)?.model?.messages ?? [];
    assert.match(system?.content ?? "", /Emergency \(Zahnunfall\)/);
  }));

Deno.test("a number that agents answer can't be where calls are transferred to", () =>
  inWorld(async (world) => {
    const { org } = await clinic(world);
    await world.stack.sql`
      insert into phone_numbers (org_id, vapi_phone_number_id, phone) values (${org.id}, 'number-1', ${PHONE})`;
    const response = await change(world, org, { transfer_phone: PHONE });
    assert.equal(response.status, 400);
    assert.match((await response.json()).message, /never reach a person/);
  }));
