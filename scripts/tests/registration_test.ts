/** Registering tools while workers, their connections and whole releases end in the middle of it. */
import assert from "node:assert/strict";
import type { Sql } from "postgres";
import { AppError } from "../../shared/http/errors.ts";
import type { SyncDeps } from "../../shared/assistants/catalogue.ts";
import { catalogue } from "../../shared/tools/catalogue.ts";
import type { ToolDefinition } from "../../shared/tools/define.ts";
import { blocked, dieBefore } from "./support/meanwhile.ts";
import { sharedWorld } from "./support/shared_world.ts";
import { drainAndHandOver, World } from "./support/world.ts";

const inWorld = sharedWorld();

const [tool, ...others] = catalogue;
assert.ok(tool);

/** A worker of a deployment that describes the first tool like this, or does not have it. */
async function workerOf(
  world: World,
  description: string | null,
  overrides: Partial<SyncDeps> = {},
): Promise<SyncDeps> {
  const changed: ToolDefinition[] = description === null ? [] : [{ ...tool!, description }];
  return await world.worker({
    catalogue: await world.prepare([...changed, ...others]),
    ...overrides,
  });
}

/** A worker that loses the connection at its first call of the rpc, before or after that took effect. */
function losing(worker: SyncDeps, rpc: string, when: "before" | "after"): SyncDeps {
  let left = 1;
  const lost = new AppError("database_unavailable", "The connection was lost", { status: 503 });
  return {
    ...worker,
    db: {
      async rpc(name, args, options) {
        const isLost = name === rpc && left-- > 0;
        if (isLost && when === "before") throw lost;
        const answer = await worker.db.rpc(name, args, options);
        if (isLost) throw lost;
        return answer;
      },
    },
  };
}

const expireClaims = (sql: Sql, age = "1 second") =>
  sql`update vapi_tools set claimed_until = now() - ${age}::interval where state = 'creating'`;

/** Ids of tools at Vapi with the name of the first one. */
function versions({ stack }: World): string[] {
  return [...stack.vapi.state.tools.values()].flatMap((each) =>
    each.type === "function" && each.function?.name === tool!.name ? [each.id] : []
  );
}

async function registered(world: World): Promise<World> {
  world.stack.net.pause();
  await drainAndHandOver(await workerOf(world, "First"));
  return world;
}

for (
  const [when, rpc] of [["after", "claim_registrations"], [
    "before",
    "activate_registrations",
  ]] as const
) {
  Deno.test(`a worker that lost its connection ${when} ${rpc} makes nobody wait until its claim runs out`, () =>
    inWorld(async (world) => {
      world.stack.net.pause();
      const worker = await workerOf(world, "First");
      await drainAndHandOver(losing(worker, rpc, when));
      const before = Date.now();
      await drainAndHandOver(worker);
      assert.equal((await world.currentTools()).size, catalogue.length);
      // A claim is held for two minutes.
      assert.ok(Date.now() - before < 60_000);
    }, { cron: false }));
}

Deno.test("a claim that waited for the activation of the same definition is not needed any more", () =>
  inWorld(async (world) => {
    await registered(world);
    const { sql } = world.stack;
    const claim = (db: Sql, token: string) =>
      db<{ answer: { action: string }[] }[]>`
        select claim_registrations(${token}, '[{"name": "aTool", "definitionHash": "h"}]', 0) as answer`;
    const [first, second] = [crypto.randomUUID(), crypto.randomUUID()];
    await claim(sql, first);
    await sql`select record_registration(${first}, 'aTool', 'tool-1')`;

    let waiting: ReturnType<typeof claim> | undefined;
    await sql.begin(async (transaction) => {
      await transaction`select activate_registrations(${first})`;
      waiting = claim(sql, second);
      waiting.catch(() => {});
      await blocked(sql);
    });
    assert.equal((await waiting!)[0]?.answer[0]?.action, "keep");
    const left = await sql`select from vapi_tools where state = 'creating'`;
    assert.equal(left.length, 0);
  }, { cron: false }));

for (
  const [when, rpc] of [["before", "record_registration"], [
    "after",
    "activate_registrations",
  ]] as const
) {
  Deno.test(`a tool whose creator died ${when} it told of it is deleted when the next release wants another definition`, () =>
    inWorld(async (world) => {
      await registered(world);
      await dieBefore(rpc, await workerOf(world, "Second"));
      assert.equal(versions(world).length, 2);
      await expireClaims(world.stack.sql);

      const third = await workerOf(world, "Third");
      await drainAndHandOver(third);
      assert.deepEqual(versions(world), [(await world.currentTools()).get(tool.name)]);
    }, { cron: false }));

  Deno.test(`a tool whose creator died ${when} it told of it is deleted when its release is rolled back`, () =>
    inWorld(async (world) => {
      await registered(world);
      await dieBefore(rpc, await workerOf(world, "Second"));
      await expireClaims(world.stack.sql, "1 hour");

      await world.stack.cron.run("abandon-old-registrations");
      await drainAndHandOver(await workerOf(world, "First"));
      assert.deepEqual(versions(world), [(await world.currentTools()).get(tool.name)]);
      const left = await world.stack
        .sql`select from vapi_tools where state in ('creating', 'retired')`;
      assert.equal(left.length, 0);
    }, { cron: false }));
}

Deno.test("a worker of an older release doesn't bring back a tool that the newer one no longer defines", () =>
  inWorld(async (world) => {
    await registered(world);
    const older = await workerOf(world, "First", { uptimeSeconds: () => 3600 });
    const newer = await workerOf(world, null, { uptimeSeconds: () => 0 });
    await drainAndHandOver(newer);
    await drainAndHandOver(older);
    assert.deepEqual(versions(world), []);

    await drainAndHandOver({ ...older, uptimeSeconds: () => 0 });
    assert.equal(versions(world).length, 1, "a rollback does");
  }, { cron: false }));

Deno.test("a replaced tool is not deleted while a sync that began before may still link it", () =>
  inWorld(async (world) => {
    const { vapi, sql } = world.stack;
    await registered(world);
    const old = (await world.currentTools()).get(tool.name) ?? "";
    const { body: { agentId } } = await world.save(await world.org());

    // The sync has looked at the registry and the assistant, and is about to write.
    const older = await workerOf(world, "First");
    const gate = Promise.withResolvers<void>();
    const reached = Promise.withResolvers<void>();
    const slow = drainAndHandOver({
      ...older,
      vapi: {
        ...older.vapi,
        assistants: {
          ...older.vapi.assistants,
          async update(...args) {
            reached.resolve();
            await gate.promise;
            return await older.vapi.assistants.update(...args);
          },
        },
      },
    });
    await reached.promise;

    const newer = await workerOf(world, "Second");
    await drainAndHandOver(newer);
    await sql`select private.delete_unused_tools()`;
    await drainAndHandOver(newer);
    assert.ok(vapi.state.tools.has(old), "it may still be linked");

    gate.resolve();
    await slow;
    await world.save({ accessToken: (await world.org()).accessToken }, { name: "Another" });
    await drainAndHandOver(newer);
    const [agent] = await sql`select assistant_id from agents where id = ${agentId}`;
    for (const id of world.toolIds(agent?.assistant_id)) assert.ok(vapi.state.tools.has(id));
  }, { cron: false }));
