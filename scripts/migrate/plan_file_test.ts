import assert from "node:assert/strict";
import type { DryRunReport } from "../../functions/migrate-tools/report.ts";
import { differences, readPlan } from "./plan_file.ts";

const agent: DryRunReport["plan"][number] = {
  orgId: "5f8b0e5c-6a0e-4c8f-9f0e-1b2c3d4e5f60",
  orgName: "Clinic",
  agentId: "0b7c1a52-2d3e-4f5a-8b9c-0d1e2f3a4b5c",
  agentName: "Reception",
  assistantId: "a1",
  isInScope: true,
  action: "update",
  reason: null,
  tools: { link: ["sendSms"], unlink: [], replace: [], foreign: [] },
  settings: [],
};
const tool: DryRunReport["registry"][number] = {
  name: "sendSms",
  action: "create",
  vapiToolId: null,
  replaces: null,
};

function plan(parts: Partial<DryRunReport>): DryRunReport {
  return {
    runId: null,
    dryRun: true,
    status: "done",
    organizations: { processed: 1, withAssistants: 1 },
    agents: { total: 1, migrated: 1, unchanged: 0, failed: 0 },
    tools: { created: 1, replaced: 0, adopted: 0, retired: 0 },
    successRate: 100,
    failures: [],
    perOrganization: [],
    duplicates: [],
    registry: [tool],
    plan: [agent],
    vapiCalls: { get: 1, post: 1, patch: 1, delete: 0 },
    ...parts,
  };
}

Deno.test("differences() names what was planned and what would be done now, and nothing that stayed", () => {
  assert.deepEqual(differences(plan({}), plan({ plan: [{ ...agent, orgName: "Renamed" }] })), []);
  const now = plan({
    registry: [{ ...tool, action: "keep", vapiToolId: "t1" }],
    plan: [],
    duplicates: [{
      name: "sendSms",
      vapiToolId: "t2",
      url: null,
      references: 0,
      isPrunable: true,
      isPruned: true,
    }],
  });
  assert.deepEqual(differences(plan({}), now), [
    "- create   sendSms",
    "- update   Clinic / Reception: link sendSms",
    "+ keep     sendSms  t1",
    "+ ! duplicate of sendSms: t2 (no URL): would be deleted",
  ]);
});

Deno.test("readPlan() refuses a file that is not there, none of its own, or for another project", async () => {
  const url = "https://project.example.com";
  await assert.rejects(
    readPlan("/nowhere/plan.json", url),
    /nowhere\/plan\.json: there is no such/,
  );
  const file = await Deno.makeTempFile();
  try {
    await Deno.writeTextFile(file, "{}");
    await assert.rejects(readPlan(file, url), /--plan-file of this version did not write it/);
    const content = { url, plannedAt: "2026-11-29", parameters: {}, plan: plan({}) };
    await Deno.writeTextFile(file, JSON.stringify(content));
    assert.deepEqual(await readPlan(file, url), content);
    await assert.rejects(
      readPlan(file, "https://other.example.com"),
      /it is for https:\/\/project/,
    );
  } finally {
    await Deno.remove(file);
  }
});
