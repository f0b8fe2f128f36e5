/** For every finding: plant its fault at Vapi, see exactly that finding, have it repaired, and see none. */
import assert from "node:assert/strict";
import { type Finding, FINDINGS } from "../../functions/verify-config/finding.ts";
import type { JsonObject } from "../../shared/json.ts";
import { catalogue } from "../../shared/tools/catalogue.ts";
import { isLong } from "./support/amount.ts";
import { eventually } from "./support/eventually.ts";
import { loseAgent } from "./support/lose_agent.ts";
import { Person } from "./support/person.ts";
import { verifyTask } from "./support/verify_task.ts";
import { sharedWorld } from "./support/shared_world.ts";
import { type Org, quiet, type World } from "./support/world.ts";
import {
  agentFaults,
  type Clinic,
  definitionFaults,
  editAssistant,
  type Fault,
  type Place,
  registryFaults,
} from "./support/verify_plants.ts";

const inWorld = sharedWorld();

interface Report {
  ok: boolean;
  summary: Record<string, number>;
  findings: Finding[];
  repairs?: { runId: string; requested: number };
}

async function verify(world: World, body: Record<string, unknown> = {}): Promise<Report> {
  const response = await fetch(`${world.stack.functionsUrl}/verify-config`, {
    method: "POST",
    headers: { apikey: world.stack.secretKey, "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  const report = await response.json();
  assert.equal(response.status, 200, JSON.stringify(report));
  return report;
}

const codes = ({ findings }: Report) => findings.map(({ code }) => code);

/** Which codes, and where; sorted, because findings have no order. */
const placesOf = (places: readonly Place[]) => places.map((place) => place.join(" ")).sort();

const placesFound = ({ findings }: Report) =>
  placesOf(findings.map(({ code, agentId, tool }) => [code, agentId ?? tool ?? ""]));

/** Faults that do not interfere are planted at the same time; each by itself if there is time. */
const together = (faults: readonly Fault[]) => isLong ? faults.map((fault) => [fault]) : [faults];

/** A repair leaves findings alone that need no action. */
const needed = ({ findings }: Report) => findings.filter(({ severity }) => severity !== "info");

Deno.test("verify-config", async (t) => {
  await inWorld(async (world) => {
    const clinic = async (given?: Org, name = "Desk"): Promise<Clinic> => {
      const org = given ?? await world.org();
      const { agentId, assistantId } = await world.saveAndSync(org, { name });
      return { org, agentId, assistantId: assistantId ?? "" };
    };
    const shared = await clinic();
    // Their first start takes longer on a slow machine than an endpoint may.
    await world.stack.functions.prewarm(catalogue.map(({ slug }) => slug));

    await t.step("finds nothing wrong with what was just synced", async () => {
      const report = await verify(world);
      assert.deepEqual(report.findings, []);
      assert.equal(report.ok, true);
      assert.partialDeepStrictEqual(report.summary, {
        agents: 1,
        organizations: 1,
        tools: catalogue.length,
      });
    });

    await verifyTask(t, world, shared);

    /** Plants faults, sees those and nothing else, has them repaired, and sees none. */
    const prove = (faults: readonly Fault[]) =>
      t.step(
        `finds ${
          faults.map(({ code }) => code).join(", ")
        }, and nothing else, and --fix leaves none`,
        async () => {
          // A worker that is still running would fix what is planted.
          await quiet(world.stack);
          const planted: Place[] = [];
          for (const { plant } of faults) planted.push(...await plant());
          // The endpoints are looked at by the steps around this one.
          const here = { endpoints: false };
          assert.deepEqual(placesFound(await verify(world, here)), placesOf(planted));
          world.stack.net.resume();
          const { repairs } = await verify(world, { ...here, fix: true });
          assert.ok(repairs !== undefined && repairs.requested > 0);
          await world.settled();
          assert.deepEqual(needed(await verify(world, here)), []);
        },
      );
    for (const faults of together(definitionFaults(world))) await prove(faults);
    for (const fault of registryFaults(world, shared)) await prove([fault]);
    const desks = await world.org();
    for (const faults of together(await agentFaults(world, (name) => clinic(desks, name)))) {
      await prove(faults);
    }

    await t.step("reports what belongs to somebody else without calling it wrong", async () => {
      const { org, agentId, assistantId } = await clinic();
      const foreign = world.stack.vapi.dashboard.createTool({
        type: "function",
        function: { name: "foreignTool" },
        server: { url: "https://elsewhere.example.com/tool" },
      });
      editAssistant(world, assistantId, ({ model }) => model.toolIds.push(foreign.id));
      editAssistant(world, assistantId, (assistant) => assistant.firstMessage = "Edited at Vapi");
      await world.stack
        .sql`update agents set last_applied = last_applied || '{"firstMessage": "\\"Hello\\""}' where id = ${agentId}`;
      const report = await verify(world, { orgId: org.id });
      assert.equal(report.ok, true);
      assert.ok(codes(report).includes("foreign_tool"));
      assert.ok(report.findings.every(({ severity }) => severity === "info"));
    });

    await t.step(
      "finds an assistant that carries the id of an agent which has another one",
      async () => {
        const { org, agentId, assistantId } = await clinic();
        const { metadata, model } = world.stack.vapi.state.assistants.get(assistantId)!;
        const copy = world.stack.vapi.dashboard.createAssistant({ name: "Copy", metadata, model });
        const report = await verify(world, { orgId: org.id });
        assert.partialDeepStrictEqual(report.findings, [{
          code: "duplicate_assistant",
          agentId,
          assistantId: copy.id,
        }]);
        world.stack.vapi.dashboard.deleteAssistant(copy.id);
      },
    );

    await t.step("finds an assistant whose agent is gone, but not another platform's", async () => {
      const { agentId, assistantId } = await clinic();
      await loseAgent(world.stack.sql, agentId);
      const ours = world.stack.vapi.state.assistants.get(assistantId)!;
      const foreign = world.stack.vapi.dashboard.createAssistant({
        name: "Of another platform",
        metadata: ours.metadata,
        model: { ...ours.model, toolIds: [] },
        server: { url: "https://elsewhere.example.com/events" },
      });
      const orphans = (await verify(world)).findings.filter(({ code }) =>
        code === "orphan_assistant"
      );
      assert.deepEqual(orphans.map((each) => each.assistantId), [assistantId]);
      for (const id of [assistantId, foreign.id]) world.stack.vapi.dashboard.deleteAssistant(id);
    });

    await t.step("looks at one organization's agents only, if asked to", async () => {
      const { org } = await clinic();
      world.stack.vapi.dashboard.deleteAssistant(shared.assistantId);
      assert.deepEqual(codes(await verify(world, { orgId: org.id })), []);
      assert.deepEqual(codes(await verify(world, { orgId: shared.org.id })), ["missing_assistant"]);
    });

    await t.step("keeps the report where it was asked to", async () => {
      await verify(world, { record: true, orgId: shared.org.id });
      const [kept] = await world.stack.sql`select ok, org_id, findings from verifications`;
      assert.deepEqual([kept?.ok, kept?.org_id], [false, shared.org.id]);
      assert.equal(kept?.findings[0].code, "missing_assistant");
    });

    await t.step(
      "is answered before it is done when pg_cron asks, and keeps the report",
      async () => {
        const { sql, cron } = world.stack;
        const [before] = await sql`select coalesce(max(id), 0) as id from net._http_response`;
        await cron.run("verify-configuration");
        const statuses = async () => {
          const answers = await sql<{ status_code: number }[]>`
          select status_code from net._http_response where id > ${before?.id}`;
          return answers.map(({ status_code }) => status_code);
        };
        await eventually("pg_net has its answer", async () => (await statuses()).length > 0);
        assert.deepEqual(new Set(await statuses()), new Set([202]));
        await eventually("the report is kept", async () => {
          const kept = await sql`select from verifications where org_id is null`;
          return kept.length === 1;
        });
      },
    );

    await t.step(
      "books through the endpoint, looks at the row, and leaves nothing behind",
      async () => {
        const { org } = await clinic();
        const report = await verify(world, { orgId: org.id, book: true });
        assert.deepEqual(needed(report), []);
        for (const table of ["appointments", "contacts"]) {
          const left = await world.stack.sql`select from ${
            world.stack.sql(table)
          } where org_id = ${org.id}`;
          assert.equal(left.length, 0, table);
        }
        const calendars = await world.stack
          .sql`select name from calendars where org_id = ${org.id}`;
        assert.deepEqual(calendars.map(({ name }) => name), ["Clinic"]);
        const syncs = await world.stack.sql`select from jobs where org_id = ${org.id}`;
        assert.equal(syncs.length, 1, "no agent hears of the calendar for tests");
      },
    );

    await t.step("finds a booking that fails, and leaves nothing behind", async () => {
      const { org } = await clinic();
      await world.stack.sql`
        alter table appointments add constraint no_bookings check (org_id <> ${
        world.stack.sql.unsafe(`'${org.id}'`)
      })`;
      const report = await verify(world, { orgId: org.id, book: true });
      assert.deepEqual(codes(report), ["booking_failed"]);
      await world.stack.sql`alter table appointments drop constraint no_bookings`;
      const calendars = await world.stack
        .sql`select from calendars where org_id = ${org.id} and for_tests`;
      assert.equal(calendars.length, 0);
    });

    await t.step("tells an operator of a repair of what isn't there", async () => {
      const { stack } = world;
      const [known] = await stack.sql`select private.repairable_findings() as codes`;
      const repairable = Object.entries(FINDINGS).filter(([, { fix }]) => fix !== null);
      assert.deepEqual(known?.["codes"], repairable.map(([code]) => code));

      const operator = await Person.signUp(stack);
      await stack.sql`insert into platform_operators (user_id) values (${operator.userId})`;
      const wrong: [JsonObject, { status: number; code: string }][] = [
        [{ p_code: "missing_asistant" }, { status: 400, code: "VT004" }],
        [{ p_code: "drift" }, { status: 400, code: "VT004" }],
        [{ p_agent_id: crypto.randomUUID() }, { status: 404, code: "VT001" }],
        [{ p_tool: "bookClinicApointment" }, { status: 404, code: "VT001" }],
        [{ p_phone_number_id: crypto.randomUUID() }, { status: 404, code: "VT001" }],
      ];
      for (const [which, refusal] of wrong) {
        await operator.isRefused(refusal, operator.rpc("operator_repair", which));
      }
      assert.deepEqual(await operator.rows("operator_actions?action=eq.repair"), []);
      await operator.does("operator_repair", { p_tool: "bookClinicAppointment" });
    });

    await t.step("refuses a request without a secret key", async () => {
      const response = await fetch(`${world.stack.functionsUrl}/verify-config`, {
        method: "POST",
        body: "{}",
      });
      await response.body?.cancel();
      assert.equal(response.status, 401);
    });

    await t.step("finds endpoints that can't be reached at their public URL", async () => {
      const { functions } = world.stack;
      await functions.setEnv({ LOCAL_PUBLIC_HOSTS: "{}" });
      const unreachable = codes(await verify(world)).filter((code) => code === "unreachable");
      assert.equal(unreachable.length, catalogue.length);
    });
  }, { cron: false });
});
