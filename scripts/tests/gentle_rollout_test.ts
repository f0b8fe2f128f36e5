/** A changed definition goes to a share of the organizations first, and no further if calls fail there. */
import assert from "node:assert/strict";
import type { SyncDeps } from "../../shared/assistants/catalogue.ts";
import { prepareCatalogue } from "../../shared/assistants/catalogue.ts";
import { catalogue } from "../../shared/tools/catalogue.ts";
import { sharedWorld } from "./support/shared_world.ts";
import { BACKEND_URL, drainAndHandOver, quiet, type World } from "./support/world.ts";

const inWorld = sharedWorld();
const CHANGED = "checkAvailability";
const ORGS = 4;

/** Agents of four organizations, and a worker of a deployment with another description of a tool. */
async function rollout(world: World, settings: Record<string, number> = {}) {
  const { sql } = world.stack;
  const assistants: string[] = [];
  for (let number = 0; number < ORGS; number++) {
    const { assistantId } = await world.saveAndSync(await world.org({ name: `Clinic ${number}` }));
    assistants.push(assistantId ?? "");
  }
  await world.settled();
  await quiet(world.stack);
  await sql`update platform_settings set ${sql({ rollout_share: 5, ...settings })}`;
  const old = (await world.currentTools()).get(CHANGED) ?? "";
  const worker = await deployed(world, "What a later deployment says of it.");
  await drain(worker);
  return { assistants, old, worker };
}

async function deployed(world: World, description: string): Promise<SyncDeps> {
  const tools = catalogue.map((tool) => tool.name === CHANGED ? { ...tool, description } : tool);
  return await world.worker({ catalogue: await world.prepare(tools) });
}

/** A change of the registry requests syncs, which release what was replaced. */
async function drain(worker: SyncDeps): Promise<void> {
  for (let round = 0; round < 3; round++) await drainAndHandOver(worker);
}

async function onTrial({ stack }: World): Promise<string | undefined> {
  const [tool] = await stack.sql<{ id: string }[]>`
    select vapi_tool_id as id from vapi_tools where state = 'trial' and name = ${CHANGED}`;
  return tool?.id;
}

const carriersOf = (world: World, assistants: readonly string[], toolId: string | undefined) =>
  assistants.filter((id) => world.toolIds(id).includes(toolId ?? ""));

/** Calls the tool as Vapi does, without what it needs. */
async function callInVain({ stack }: World, assistantId: string, toolId: string | undefined) {
  const headers = stack.vapi.state.tools.get(toolId ?? "")?.server?.headers ?? {};
  const response = await fetch(`${stack.functionsUrl}/calendar-check`, {
    method: "POST",
    headers: {
      ...Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)])),
      "content-type": "application/json",
    },
    body: JSON.stringify({
      message: {
        type: "tool-calls",
        call: { id: crypto.randomUUID(), type: "webCall", assistantId },
        toolCallList: [{ id: "call_1", function: { name: CHANGED, arguments: "{not json" } }],
      },
    }),
  });
  assert.equal(response.status, 200, await response.text());
}

const actionsOf = ({ stack }: World) =>
  stack.sql<{ actor: string | null; action: string; target: string }[]>`
    select actor, action, target from operator_actions order by created_at`;

async function stateOfAlert({ stack: { sql } }: World): Promise<string | undefined> {
  await sql`select private.evaluate_alerts()`;
  const [alert] = await sql<{ state: string }[]>`
    select state from alerts where kind = 'rollout_stopped' and subject = ${CHANGED}`;
  return alert?.state;
}

Deno.test("a sound definition is carried by its share, a save elsewhere doesn't spread it, and later all have it", () =>
  inWorld(async (world) => {
    const { sql } = world.stack;
    const { assistants, old, worker } = await rollout(world);
    const trial = await onTrial(world);
    const [chosen, ...more] = carriersOf(world, assistants, trial);
    assert.deepEqual(more, [], "of four organizations five percent are one");
    assert.ok(!world.toolIds(chosen ?? "").includes(old));
    assert.equal(carriersOf(world, assistants, old).length, ORGS - 1);

    await sql`select private.relink_agents()`;
    await drain(worker);
    assert.deepEqual(carriersOf(world, assistants, trial), [chosen]);

    await sql`update vapi_tools set activated_at = activated_at - interval '2 hours' where state = 'trial'`;
    await sql`select private.check_trials()`;
    await drain(worker);
    assert.deepEqual(carriersOf(world, assistants, trial), assistants);
    assert.equal((await world.currentTools()).get(CHANGED), trial);
    assert.deepEqual([...await actionsOf(world)].map((row) => ({ ...row })), [
      { actor: null, action: "rollout_to_all", target: CHANGED },
    ]);
  }, { cron: false }));

Deno.test("a poisoned definition stops at its share automatically, and isn't tried again before it is changed", () =>
  inWorld(async (world) => {
    const { assistants, old, worker } = await rollout(world);
    const { net, sql, vapi } = world.stack;
    const trial = await onTrial(world);
    const [chosen = ""] = carriersOf(world, assistants, trial);
    net.resume();
    for (let call = 0; call < 4; call++) await callInVain(world, chosen, trial);
    // The same number of calls with the old definition, by others, says nothing about the new one.
    for (let call = 0; call < 4; call++) {
      await callInVain(
        world,
        assistants.find((id) => id !== chosen) ?? "",
        old,
      );
    }
    await world.stack.functions.restart("calendar-check");
    assert.equal(await onTrial(world), trial);
    await callInVain(world, chosen, trial);
    await world.stack.functions.restart("calendar-check");
    assert.equal(await onTrial(world), undefined);

    await quiet(world.stack);
    await drain(worker);
    assert.deepEqual(carriersOf(world, assistants, old), assistants);
    await sql`update vapi_tools set activated_at = activated_at - interval '1 day' where stopped_at is not null`;
    const mark = vapi.requests.seq;
    await sql`select private.check_trials()`;
    await drain(await deployed(world, "What a later deployment says of it."));
    assert.deepEqual(vapi.requests.writes(mark), []);
    assert.deepEqual((await actionsOf(world)).map(({ action }) => action), ["rollout_stopped"]);
    assert.equal(await stateOfAlert(world), "firing");

    await drain(await deployed(world, "Fixed."));
    assert.equal(carriersOf(world, assistants, await onTrial(world)).length, 1);
    assert.equal(await stateOfAlert(world), "resolved");
  }, { cron: false }));

Deno.test("a rotated secret, and a definition that an operator forces, reach all at once", () =>
  inWorld(async (world) => {
    const { sql, webhookSecret } = world.stack;
    const { assistants } = await rollout(world, { rollout_share: 100 });
    await sql`update platform_settings set rollout_share = 5`;
    const rotated = await world.worker({
      catalogue: await prepareCatalogue(catalogue, {
        backendUrl: BACKEND_URL,
        webhookSecret: `${webhookSecret}2`,
      }),
    });
    await drain(rotated);
    assert.equal(await onTrial(world), undefined);
    assert.equal(
      carriersOf(world, assistants, (await world.currentTools()).get(CHANGED)).length,
      ORGS,
    );

    const earlier = await deployed(world, "Another one.");
    await drain({
      ...earlier,
      catalogue: earlier.catalogue.map((tool) => ({
        ...tool,
        deploymentHash: rotated.catalogue[0]?.deploymentHash ?? "",
      })),
    });
    const trial = await onTrial(world);
    assert.equal(carriersOf(world, assistants, trial).length, 1);
    // Deploying the earlier code again means that the later definition is not to be tried.
    await drain({ ...rotated, uptimeSeconds: () => 0 });
    assert.equal(await onTrial(world), undefined);
    assert.deepEqual(carriersOf(world, assistants, trial), []);
  }, { cron: false }));
