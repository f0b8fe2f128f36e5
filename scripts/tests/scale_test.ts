/** The claims of `deno task proof scale`, with few enough agents for every run of the tests. */
import assert from "node:assert/strict";
import { catalogue } from "../../shared/tools/catalogue.ts";
import { migrateFleet } from "../proof/fleet/migrate_fleet.ts";
import { sharedWorld } from "./support/shared_world.ts";

const inWorld = sharedWorld();

const AGENTS = 600;

Deno.test("a fleet is linked with two requests per agent, and found in step with less than one per hundred", () =>
  inWorld(async ({ stack }) => {
    const { first, again } = await migrateFleet(stack, { agents: AGENTS, latencyMs: 0 });
    assert.deepEqual(first.report.agents, {
      total: AGENTS,
      migrated: AGENTS,
      unchanged: 0,
      failed: 0,
    });
    assert.equal(first.report.organizations.processed, AGENTS / 2);
    assert.equal(first.writes, AGENTS + catalogue.length);
    // One read of each, and one list of all for each of the workers that shared the work.
    assert.ok(first.reads < AGENTS * 1.05, `${first.reads} reads`);
    assert.equal(again.report.agents.unchanged, AGENTS);
    assert.equal(again.writes, 0);
    assert.ok(again.reads <= AGENTS / 100, `${again.reads} reads`);
    const workers = stack.functions.logs().filter(({ fields }) => fields?.["event"] === "drained");
    assert.ok(
      workers.some(({ fields }) => fields?.["handOver"] === true),
      "a worker hands over before its processor time is used up",
    );
  }));
