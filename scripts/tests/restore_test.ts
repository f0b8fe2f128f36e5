/** The database is restored to an earlier time while Vapi is not: what exists there is found again, and nothing is duplicated. */
import assert from "node:assert/strict";
import type { Sql } from "postgres";
import { catalogue } from "../../shared/tools/catalogue.ts";
import { sharedWorld } from "./support/shared_world.ts";
import { type Org, quiet, type World } from "./support/world.ts";

const inWorld = sharedWorld();

/** What a restore brings back. The queue's jobs are among it. */
const TABLES = ["agents", "vapi_tools", "org_tools", "jobs"] as const;

async function snapshot(sql: Sql): Promise<void> {
  for (const table of TABLES) {
    await sql.unsafe(`create table backup_${table} as table public.${table}`);
  }
}

/** As in a restore: no trigger runs, no request is sent. The schema is then unchanged. */
async function restore(sql: Sql): Promise<void> {
  await sql.begin(async (transaction) => {
    await transaction`set local session_replication_role = replica`;
    for (const table of TABLES) await transaction.unsafe(`delete from public.${table}`);
    for (const table of TABLES) {
      await transaction.unsafe(`insert into public.${table} table public.backup_${table}`);
      await transaction.unsafe(`drop table public.backup_${table}`);
    }
  });
}

async function verify({ stack }: World, fix = false): Promise<string[]> {
  const response = await fetch(`${stack.functionsUrl}/verify-config`, {
    method: "POST",
    headers: { apikey: stack.secretKey, "content-type": "application/json" },
    body: JSON.stringify({ endpoints: false, fix }),
  });
  const report = await response.json();
  assert.equal(response.status, 200, JSON.stringify(report));
  const findings: { code: string; severity: string }[] = report.findings;
  return [...new Set(findings.map(({ code }) => code))].sort();
}

function names({ stack }: World): string[] {
  return [...stack.vapi.state.tools.values()]
    .map((tool) => tool.type === "function" ? tool.function?.name ?? "" : tool.type).sort();
}

Deno.test("after a restore to an earlier time, what exists at Vapi is adopted, and nothing is duplicated", () =>
  inWorld(async (world) => {
    const { stack } = world;
    const { sql } = stack;
    const org: Org = await world.org();
    const kept = await world.saveAndSync(org, { name: "Kept" });
    await world.settled();
    await snapshot(sql);

    // Time passes: all tools are replaced, an agent is edited, another one is created.
    await stack.functions.setEnv({ VAPI_WEBHOOK_SECRET: "whsec_of_a_later_day" });
    await stack.cron.run("catalogue-check");
    await world.settled();
    await world.saveAndSync(org, { agentId: kept.agentId, name: "Kept", systemPrompt: "Edited." });
    const lost = await world.saveAndSync(org, { name: "Made later" });
    await world.settled();
    const tools = new Set(stack.vapi.state.tools.keys());
    const before = names(world);
    assert.deepEqual(await verify(world), []);

    // A worker that wakes would fix what the test looks for.
    await quiet(stack);
    await restore(sql);
    assert.deepEqual(await verify(world), [
      "drift",
      "foreign_tool",
      "missing_tool",
      "not_linked",
      "orphan_assistant",
    ]);

    stack.net.resume();
    await verify(world, true);
    await world.settled();
    assert.deepEqual(names(world), before, "each tool once");
    assert.equal(names(world).length, catalogue.length);
    assert.deepEqual(new Set(stack.vapi.state.tools.keys()), tools, "those of before");
    assert.deepEqual(
      new Set(world.toolIds(kept.assistantId ?? "")),
      new Set((await world.currentTools()).values()),
    );

    // What no worker may decide: the edit that the database no longer knows, and the agent that it never knew.
    assert.deepEqual(await verify(world), ["drift", "orphan_assistant"]);
    assert.equal(stack.vapi.state.assistants.size, 2);
    stack.vapi.dashboard.deleteAssistant(lost.assistantId ?? "");
    const agent = { agentId: kept.agentId, name: "Kept" };
    await world.saveAndSync(org, { ...agent, systemPrompt: "As the clinic wants it." });
    assert.deepEqual(await verify(world), []);
  }, { cron: false }));
