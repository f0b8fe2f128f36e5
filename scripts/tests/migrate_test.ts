/** Migrating existing organizations, from the command to Vapi. */
import assert from "node:assert/strict";
import { splitPrompt } from "../../shared/assistants/prompt_block.ts";
import { reportSchema, type RunReport } from "../../functions/migrate-tools/report.ts";
import { catalogue } from "../../shared/tools/catalogue.ts";
import { seedFleet } from "../local/fleet.ts";
import { api, assertLinked, migrate, runMigration } from "./support/migration.ts";
import { sharedWorld } from "./support/shared_world.ts";

const inWorld = sharedWorld();

const TOOLS = catalogue.length;
const quiet = { cron: false };

const counts = ({ organizations, agents, successRate }: RunReport) => ({
  ...organizations,
  ...agents,
  successRate,
});

Deno.test("of 53 organizations one has a pair of assistants: both are migrated, and the same again writes nothing", () =>
  inWorld(async (world) => {
    const { stack } = world;
    const fleet = await seedFleet(stack, {
      organizations: 53,
      agentsOf: (number) => number === 7 ? 2 : 0,
    });
    const first = await migrate(stack, "--json");
    assert.equal(first.code, 0);
    assert.deepEqual(counts(reportSchema.parse(JSON.parse(first.stdout))), {
      processed: 53,
      withAssistants: 1,
      total: 2,
      migrated: 2,
      unchanged: 0,
      failed: 0,
      successRate: 100,
    });
    await assertLinked(world, fleet.agents);

    const mark = stack.vapi.requests.seq;
    const again = await migrate(stack);
    assert.equal(again.code, 0);
    assert.match(again.stdout, /53 processed, 1 with assistants/);
    assert.match(again.stdout, /0 migrated, 2 in step already, 0 failed, of 2/);
    assert.match(again.stdout, /Success rate +100 %/);
    assert.deepEqual(stack.vapi.requests.writes(mark), []);
  }, quiet));

Deno.test("where Vapi fails for one of 20 organizations, 19 are kept, the one is reported, and the next run finishes it", () =>
  inWorld(async (world) => {
    const { stack } = world;
    const fleet = await seedFleet(stack, { organizations: 20, agentsOf: () => 1 });
    const unlucky = fleet.agents[11]!;
    stack.vapi.faults.decide(({ method, path }) =>
      method === "PATCH" && path.endsWith(unlucky.assistantId) ? { status: 500 } : null
    );
    const first = await migrate(stack, "--json");
    assert.equal(first.code, 1);
    const report = reportSchema.parse(JSON.parse(first.stdout));
    assert.deepEqual(counts(report), {
      processed: 20,
      withAssistants: 20,
      total: 20,
      migrated: 19,
      unchanged: 0,
      failed: 1,
      successRate: 95,
    });
    assert.partialDeepStrictEqual(report.failures, [{
      agentId: unlucky.id,
      orgId: unlucky.orgId,
      code: "vapi_server_error",
    }]);
    assert.match(report.failures[0]?.message ?? "", /500/);
    assert.ok(report.failures[0]?.nextAttemptAt, "the queue tries again by itself");
    await assertLinked(world, fleet.agents.filter((agent) => agent !== unlucky));

    stack.vapi.faults.clear();
    const again = await migrate(stack, "--json");
    assert.equal(again.code, 0);
    assert.partialDeepStrictEqual(JSON.parse(again.stdout), {
      agents: { migrated: 1, unchanged: 19, failed: 0 },
    });
    await assertLinked(world, fleet.agents);
    const before = await api(stack, "GET", `?runId=${report.runId}`);
    assert.partialDeepStrictEqual(before.body, { agents: { migrated: 20, failed: 0 } });
  }, quiet));

Deno.test("an agent that Vapi refuses for good is given up with its reason, on one line of the table each", () =>
  inWorld(async (world) => {
    const { stack } = world;
    const fleet = await seedFleet(stack, { organizations: 3, agentsOf: () => 1 });
    stack.vapi.faults.decide(({ method, path }) =>
      method === "PATCH" && path.endsWith(fleet.agents[1]!.assistantId) ? { status: 422 } : null
    );
    const { code, stdout, stderr } = await migrate(stack);
    assert.equal(code, 1);
    assert.match(stdout, /✗ Clinic 000001 \/ Reception 1-0/);
    assert.match(stdout, /given up; run the command again/);
    assert.match(stdout, /2 migrated, 0 in step already, 1 failed, of 3/);
    assert.match(stderr, /100 % · 3 of 3 agents · 1 failed/);
    assert.ok(!stderr.includes("\x1b"), "no escape codes where there is no terminal");
  }, quiet));

Deno.test("an agent that was never applied gets its tools, the clinic's facts, its metadata, and nothing else", () =>
  inWorld(async (world) => {
    const { stack } = world;
    const { agents } = await seedFleet(stack, {
      organizations: 1,
      agentsOf: () => 1,
      assistant: () => ({
        firstMessage: "Hi, this is a hand-made assistant.",
        backgroundSound: "office",
        metadata: { crm: "x-17" },
        server: { url: "https://old.example.com/webhook" },
      }),
    });
    const id = agents[0]!.assistantId;
    const { model, updatedAt: _, latestVersion: __, ...before } = stack.vapi.state.assistants.get(
      id,
    )!;
    await runMigration(stack);
    const { model: linked, updatedAt: ___, latestVersion: ____, ...after } = stack.vapi.state
      .assistants.get(id)!;
    const { id: agentId, orgId } = agents[0]!;
    const metadata = { crm: "x-17", agent_id: agentId, org_id: orgId };
    assert.deepEqual(after, { ...before, metadata });
    const { toolIds, messages, ...rest } = linked!;
    const { messages: earlier, ...others } = model!;
    assert.deepEqual(rest, others);
    assert.equal(toolIds?.length, TOOLS);
    const { prompt, block = "" } = splitPrompt(messages?.[0]?.content ?? "");
    assert.equal(prompt, earlier?.[0]?.content ?? "");
    assert.match(block, /Clinic: /);
    assert.deepEqual(messages?.slice(1), earlier?.slice(1) ?? []);
  }, quiet));

Deno.test("one organization: nobody else's assistants are touched", () =>
  inWorld(async (world) => {
    const { stack } = world;
    const { agents } = await seedFleet(stack, { organizations: 3, agentsOf: () => 1 });
    const [, mine] = agents;
    const { code, stdout } = await migrate(stack, `--org-id=${mine!.orgId}`, "--json");
    assert.equal(code, 0);
    assert.partialDeepStrictEqual(JSON.parse(stdout), {
      orgId: mine!.orgId,
      organizations: { processed: 1, withAssistants: 1 },
      agents: { total: 1, migrated: 1 },
    });
    const linked = agents.map(({ assistantId }) => world.toolIds(assistantId).length);
    assert.deepEqual(linked, [0, TOOLS, 0]);
  }, quiet));

Deno.test("the command says what it could not do and exits with 2", () =>
  inWorld(async ({ stack }) => {
    const unknownOrg = await migrate(stack, `--org-id=${crypto.randomUUID()}`);
    assert.equal(unknownOrg.code, 2);
    assert.match(unknownOrg.stderr, /Organization .* does not exist/);
    const badOption = await migrate(stack, "--dry");
    assert.equal(badOption.code, 2);
    const away = await migrate({ apiUrl: "http://127.0.0.1:9", secretKey: stack.secretKey });
    assert.equal(away.code, 2);
    const noKey = await migrate({ apiUrl: stack.apiUrl, secretKey: "" });
    assert.equal(noKey.code, 2);
  }, quiet));

Deno.test("Ctrl-C leaves the run going and says how to see it", () =>
  inWorld(async (world) => {
    const { stack } = world;
    await seedFleet(stack, { organizations: 20, agentsOf: () => 1 });
    stack.net.pause();
    const interrupted = await migrate(stack, { interruptOn: /Run ([0-9a-f-]{36})/ });
    assert.equal(interrupted.code, 130, interrupted.stderr);
    const hints = [...interrupted.stderr.matchAll(/--run-id=([0-9a-f-]{36}) --url=(\S+)/g)];
    assert.deepEqual(hints.map(([, , url]) => url), [stack.apiUrl]);
    const runId = hints[0]?.[1] ?? "";
    stack.net.resume();
    const seen = await migrate(stack, `--run-id=${runId}`, "--json");
    assert.equal(seen.code, 0);
    assert.partialDeepStrictEqual(JSON.parse(seen.stdout), { runId, agents: { migrated: 20 } });
  }, quiet));
