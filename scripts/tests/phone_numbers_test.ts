/** Phone numbers at Vapi: each answered by its agent, and what others have set there is left alone. */
import assert from "node:assert/strict";
import type { JsonObject } from "../../shared/json.ts";
import { sharedWorld } from "./support/shared_world.ts";
import type { Org, World } from "./support/world.ts";

const inWorld = sharedWorld();

/** A number of the account, assigned by an operator. */
async function assigned(world: World, org: Org, agentId: string | null, body: JsonObject = {}) {
  const { vapi, sql } = world.stack;
  const { id } = vapi.dashboard.createPhoneNumber({ provider: "vapi", name: "Line", ...body });
  await sql`insert into platform_operators (user_id) values (${org.userId}) on conflict do nothing`;
  const answer = await rpc(world, org, "operator_assign_number", {
    p_org_id: org.id,
    p_vapi_phone_number_id: id,
    ...agentId !== null && { p_agent_id: agentId },
  });
  assert.equal(answer.status, 200, await answer.text());
  await world.settled();
  return id;
}

function rpc({ stack }: World, org: Org, name: string, parameters: JsonObject): Promise<Response> {
  return fetch(`${stack.apiUrl}/rest/v1/rpc/${name}`, {
    method: "POST",
    headers: {
      apikey: stack.publishableKey,
      authorization: `Bearer ${org.accessToken}`,
      "content-type": "application/json",
    },
    body: JSON.stringify(parameters),
  });
}

const numberAt = ({ stack }: World, id: string) => stack.vapi.state.phoneNumbers.get(id);

async function outcomeOf({ stack }: World, id: string) {
  const [row] = await stack.sql<{ outcome: string }[]>`
    select outcome from phone_numbers where vapi_phone_number_id = ${id}`;
  return row?.outcome;
}

async function verified({ stack }: World, query = "", body?: JsonObject) {
  const response = await fetch(`${stack.functionsUrl}/verify-config${query}`, {
    method: body === undefined ? "GET" : "POST",
    headers: { apikey: stack.secretKey, "content-type": "application/json" },
    ...body !== undefined && { body: JSON.stringify(body) },
  });
  assert.equal(response.status, 200);
  return await response.json();
}

const codesOf = (report: { findings: { code: string }[] }) =>
  report.findings.map(({ code }) => code).filter((code) => code.includes("number")).sort();

Deno.test("two numbers of one organization are answered by two agents, follow them, and are released", () =>
  inWorld(async (world) => {
    const org = await world.org();
    const one = await world.saveAndSync(org, { name: "One" });
    const two = await world.saveAndSync(org, { name: "Two" });
    const [first, second] = [
      await assigned(world, org, one.agentId),
      await assigned(world, org, two.agentId),
    ];
    const server = world.stack.vapi.state.assistants.get(one.assistantId ?? "")?.server;
    for (const [id, { assistantId }] of [[first, one], [second, two]] as const) {
      const number = numberAt(world, id);
      assert.equal(number?.assistantId, assistantId);
      assert.deepEqual(
        [number?.server?.url, number?.server?.headers],
        [server?.url, server?.headers],
      );
    }
    const asked = await world.stack.vapi.calls.requestAssistant({
      server: { url: server?.url ?? "", headers: server?.headers ?? {} },
      phoneNumberId: second,
      customer: { number: "+12025550142" },
    });
    assert.deepEqual(JSON.parse(asked.raw), { assistantId: two.assistantId });

    const mark = world.stack.vapi.requests.seq;
    assert.deepEqual(codesOf(await verified(world, "", { endpoints: false })), []);
    assert.deepEqual(world.stack.vapi.requests.writes(mark), []);

    const moved = await rpc(world, org, "assign_number_to_agent", {
      p_vapi_phone_number_id: second,
      p_agent_id: one.agentId,
    });
    assert.equal(moved.status, 200, await moved.text());
    await world.settled();
    assert.equal(numberAt(world, second)?.assistantId, one.assistantId);
    const without = await verified(world, "", { endpoints: false });
    assert.deepEqual(codesOf(without), ["agent_without_number"]);

    await rpc(world, org, "operator_release_number", { p_vapi_phone_number_id: first });
    await world.settled();
    const { assistantId, server: left, name } = numberAt(world, first) ?? {};
    assert.deepEqual([assistantId, left, name], [undefined, undefined, "Line"]);
  }));

Deno.test("an assistant, a squad or a server that somebody else has set stays, and is told", () =>
  inWorld(async (world) => {
    const { vapi } = world.stack;
    const org = await world.org();
    const { agentId } = await world.saveAndSync(org);
    const theirs = vapi.dashboard.createAssistant({ name: "Theirs" }).id;
    const elsewhere = { url: "https://elsewhere.example.test/events" };
    const number = await assigned(world, org, agentId, { assistantId: theirs });
    assert.equal(numberAt(world, number)?.assistantId, theirs);
    assert.equal(await outcomeOf(world, number), "taken");
    const other = await assigned(world, org, agentId, { server: elsewhere });
    assert.equal(numberAt(world, other)?.server?.url, elsewhere.url);
    assert.equal(await outcomeOf(world, other), "taken");

    // What they change after us is theirs as well, even when we release the number.
    const ours = await assigned(world, org, agentId);
    vapi.dashboard.updatePhoneNumber(ours, { assistantId: theirs });
    const report = await verified(world, "", { endpoints: false });
    assert.ok(codesOf(report).includes("number_wrong_assistant"));
    await rpc(world, org, "operator_release_number", { p_vapi_phone_number_id: ours });
    await world.settled();
    assert.equal(numberAt(world, ours)?.assistantId, theirs);
  }));

Deno.test("a number whose server was removed is found and repaired, and one without an agent, or missing at Vapi, is reported", () =>
  inWorld(async (world) => {
    const { sql, vapi } = world.stack;
    const org = await world.org();
    const { agentId, assistantId } = await world.saveAndSync(org);
    const number = await assigned(world, org, agentId);
    const spare = await assigned(world, org, null);
    await sql`insert into phone_numbers (org_id, vapi_phone_number_id) values (${org.id}, 'gone')`;
    vapi.dashboard.updatePhoneNumber(number, { server: null });
    const expected = ["number_missing", "number_without_agent", "number_wrong_server"];
    assert.deepEqual(codesOf(await verified(world, "", { endpoints: false, fix: true })), expected);
    await world.settled();
    assert.ok(numberAt(world, number)?.server?.url);
    assert.deepEqual(
      codesOf(await verified(world, "", { endpoints: false })),
      expected.slice(0, 2),
    );

    const { numbers } = await verified(world, "?numbers=true");
    assert.partialDeepStrictEqual(
      numbers.find((each: JsonObject) => each["vapiPhoneNumberId"] === number),
      { provider: "vapi", name: "Line", assistantId, orgId: org.id, agentId },
    );
    assert.equal(
      numbers.find((each: JsonObject) => each["vapiPhoneNumberId"] === spare).agentId,
      null,
    );
  }));

Deno.test("only somebody who may, and whose number it is, gives it to an agent", () =>
  inWorld(async (world) => {
    const [org, other] = [await world.org(), await world.org()];
    const { agentId } = await world.saveAndSync(org);
    const theirs = await world.saveAndSync(other);
    const number = await assigned(world, org, agentId);
    const give = (who: Org, to: string) =>
      rpc(world, who, "assign_number_to_agent", { p_vapi_phone_number_id: number, p_agent_id: to });
    assert.equal((await give(other, theirs.agentId)).status, 404);
    assert.equal((await give(org, theirs.agentId)).status, 404);
    await world.stack.sql`update members set role = 'member' where user_id = ${org.userId}`;
    assert.equal((await give(org, agentId)).status, 403);
  }));
