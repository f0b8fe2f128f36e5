/** Assistants that already carry hand-made or earlier tools. */
import assert from "node:assert/strict";
import type { JsonObject } from "../../shared/json.ts";
import { catalogue } from "../../shared/tools/catalogue.ts";
import { seedFleet } from "../local/fleet.ts";
import { loseAgent } from "./support/lose_agent.ts";
import { createTool, functionTool, patchAssistant } from "./support/hand_made.ts";
import { assertLinked, migrate, runMigration } from "./support/migration.ts";
import { sharedWorld } from "./support/shared_world.ts";
import { BACKEND_URL, quiet, World } from "./support/world.ts";

const inWorld = sharedWorld();

const options = { cron: false };

/** Names of the functions that the assistant offers its model, linked and inline. */
function functionsOf(
  { tools, assistants }: Pick<World["stack"]["vapi"]["state"], "tools" | "assistants">,
  assistantId: string,
): string[] {
  const model = assistants.get(assistantId)?.model;
  const linked = (model?.toolIds ?? []).map((id) => tools.get(id));
  return [...linked, ...(model?.tools ?? [])].flatMap((tool) => {
    const { function: definition } = (tool ?? {}) as { function?: { name: string } };
    return definition === undefined ? [] : [definition.name];
  });
}

Deno.test("hand-made tools with our names give way in one PATCH, linked and inline; other names stay", () =>
  inWorld(async (world) => {
    const { stack } = world;
    const { vapi } = stack;
    const booking = await createTool(
      vapi,
      functionTool("bookClinicAppointment", "https://old.example.com/book"),
    );
    const foreign = await createTool(
      vapi,
      functionTool("lookUpInsurance", "https://other.example.com/x"),
    );
    const inline = functionTool("checkAvailability", "https://old.example.com/check");
    const { agents } = await seedFleet(stack, {
      organizations: 1,
      agentsOf: () => 1,
      assistant: () => ({
        model: {
          provider: "openai",
          model: "gpt-4o",
          toolIds: [booking, foreign],
          tools: [
            { type: "endCall" },
            inline,
            functionTool("takeMessage", "https://other.example.com/y"),
          ],
        },
      }),
    });
    const id = agents[0]!.assistantId;
    const since = vapi.journal.seq;
    const report = await runMigration(stack);

    assert.equal(report.agents.migrated, 1);
    const functions = functionsOf(vapi.state, id);
    assert.equal(new Set(functions).size, functions.length, "no two functions share a name");
    assert.deepEqual(
      functions.toSorted(),
      [...catalogue.map(({ name }) => name), "lookUpInsurance", "takeMessage"].sort(),
    );
    assert.ok(vapi.state.assistants.get(id)?.model?.tools?.some(({ type }) => type === "endCall"));
    vapi.journal.replay((state, { seq }) => {
      if (seq <= since) return;
      const names = functionsOf({ tools: state.tools, assistants: state.assistants }, id);
      for (const name of ["bookClinicAppointment", "checkAvailability"]) {
        assert.equal(names.filter((each) => each === name).length, 1, `${name} at change ${seq}`);
      }
    });
    assert.ok(vapi.state.tools.has(booking), "what was unlinked still exists");
    assert.deepEqual(report.replacements[0]?.tools, [
      { name: "bookClinicAppointment", from: "toolIds", vapiToolId: booking },
      {
        name: "checkAvailability",
        from: "tools",
        definition: {
          type: "function",
          function: { ...inline.function as JsonObject, strict: false },
          messages: null,
          server: { url: "https://old.example.com/check" },
        },
      },
    ]);

    const mark = vapi.requests.seq;
    await runMigration(stack);
    assert.deepEqual(vapi.requests.writes(mark), []);
  }, options));

Deno.test("tools of ours that a lost database forgot are adopted, not made again, and stay linked", () =>
  inWorld(async (world) => {
    const { stack } = world;
    const { agents } = await seedFleet(stack, { organizations: 2, agentsOf: () => 1 });
    await runMigration(stack);
    const before = await world.currentTools();
    // No worker of the first run may notice the loss before the second run begins.
    await quiet(stack);
    await stack.net.crash();
    await stack.sql`truncate vapi_tools, org_tools`;
    await stack
      .sql`update agents set linked_tool_ids = '{}', last_applied = null, written_at = null`;

    stack.net.resume();
    const mark = stack.vapi.requests.seq;
    const report = await runMigration(stack);
    assert.equal(report.tools.adopted, catalogue.length);
    assert.equal(report.agents.unchanged, 2);
    assert.deepEqual(stack.vapi.requests.writes(mark), []);
    assert.deepEqual(await world.currentTools(), before);
    await assertLinked(world, agents);
  }, options));

Deno.test("duplicates are reported, and deleted only on request, where nobody carries them and the path is ours", () =>
  inWorld(async (world) => {
    const { stack } = world;
    const { vapi } = stack;
    const make = (url: string) => createTool(vapi, functionTool("sendSms", url));
    const stray = await make(`${BACKEND_URL}/sms-send`);
    const tunnel = await make("https://old-tunnel.example.com/functions/v1/sms-send");
    const carriedByOurs = await make("https://another-tunnel.example.com/functions/v1/sms-send");
    const carriedByOthers = await make("https://third-tunnel.example.com/functions/v1/sms-send");
    const otherPath = await make("https://elsewhere.example.com/api/sms");
    const { agents } = await seedFleet(stack, { organizations: 2, agentsOf: () => 1 });
    await patchAssistant(vapi, agents[0]!.assistantId, { toolIds: [carriedByOurs] });
    await patchAssistant(vapi, agents[1]!.assistantId, { toolIds: [carriedByOthers] });
    // The second one belongs to nobody: no agent of ours has it.
    await loseAgent(stack.sql, agents[1]!.id);

    const report = await runMigration(stack);
    const fates = (duplicates: typeof report.duplicates) =>
      new Map(
        duplicates?.map(({ vapiToolId, references, isPrunable, isPruned }) => [
          vapiToolId,
          [references, isPrunable, isPruned],
        ]),
      );
    assert.deepEqual(
      fates(report.duplicates),
      new Map([
        [otherPath, [0, false, false]],
        [carriedByOthers, [1, false, false]],
        [carriedByOurs, [0, true, false]],
        [tunnel, [0, true, false]],
        [stray, [0, true, false]],
      ]),
    );
    assert.equal(vapi.state.tools.size, catalogue.length + 5);

    const { code, stdout } = await migrate(stack, "--prune-duplicates", "--yes");
    assert.equal(code, 0);
    assert.equal(stdout.match(/: deleted$/gm)?.length, 3);
    assert.match(stdout, /carried by 1 assistant, so it stays/);
    assert.match(stdout, /calls another path, so it stays/);
    assert.deepEqual(
      [stray, tunnel, carriedByOurs, carriedByOthers, otherPath].map((id) =>
        vapi.state.tools.has(id)
      ),
      [false, false, false, true, true],
    );
    await assertLinked(world, agents.slice(0, 1));
  }, options));

Deno.test("a hand-made tool stays where the organization has switched ours of that name off", () =>
  inWorld(async (world) => {
    const { stack } = world;
    const { agents } = await seedFleet(stack, { organizations: 1, agentsOf: () => 1 });
    await stack.sql`
      insert into org_tools (org_id, tool_name, enabled) values (${
      agents[0]!.orgId
    }, 'sendSms', false)`;
    const handMade = await createTool(
      stack.vapi,
      functionTool("sendSms", "https://old.example.com/sms"),
    );
    await patchAssistant(stack.vapi, agents[0]!.assistantId, { toolIds: [handMade] });
    await runMigration(stack);
    const linked = world.toolIds(agents[0]!.assistantId);
    assert.ok(linked.includes(handMade));
    assert.equal(linked.length, catalogue.length);
  }, options));
