/**
 * The length of the path through the code: what a save, a booking and a rollout run and request, and the calls between a tool's request and
 * SQL.
 */
import assert from "node:assert/strict";
import { createSyncWorker } from "../../functions/tool-sync/worker.ts";
import { prepareCatalogue } from "../../shared/assistants/catalogue.ts";
import { syncDeps } from "../../shared/assistants/from_env.ts";
import { createDb } from "../../shared/db.ts";
import { readEnv } from "../../shared/env/env.ts";
import { type Served, serveWorker } from "../../shared/http/serve.ts";
import { createLogger } from "../../shared/log.ts";
import { createRecorder, flushAfter } from "../../shared/metrics/recorder.ts";
import { tool } from "../../shared/tools/calendar-check.ts";
import { catalogue } from "../../shared/tools/catalogue.ts";
import { createServeDependencies, serveTools } from "../../shared/tools/serve.ts";
import { weekdayAhead } from "../local/weekday_ahead.ts";
import { repository } from "../local/migrations.ts";
import { startStack } from "../local/stack.ts";
import { executed } from "./support/executed.ts";
import { idleHere, launchHere } from "./support/launch_here.ts";
import { watchRequests } from "./support/requests_made.ts";
import { World } from "./support/world.ts";

Deno.test("the way through the code", async (t) => {
  const watch = watchRequests();
  const stack = await startStack({
    cron: false,
    integrations: { twilio: { delivers: false } },
    launch: launchHere,
  });

  /** Does it, and compares the cost with ARCHITECTURE.md: no more of anything. */
  const costs = async (what: string, act: () => Promise<unknown>): Promise<string[]> => {
    await idleHere();
    watch.take(stack);
    const { files, functions } = await executed(async () => {
      await act();
      await idleHere();
    });
    const { rpcs, others } = watch.take(stack);
    const taken = [files.length, functions, rpcs.length, others.length];
    const said = await figuresOf(what);
    assert.ok(
      said.length === taken.length && taken.every((count, at) => count <= (said[at] ?? 0)),
      `${what} takes ${taken.join(", ")}, ARCHITECTURE.md says ${said.join(", ")}: ${
        [...files, ...rpcs, ...others].join(", ")
      }`,
    );
    return files;
  };

  try {
    const world = new World(stack);
    for (const [name, value] of Object.entries(world.environment())) Deno.env.set(name, value);
    const org = await world.org();
    const { agentId, assistantId } = await world.saveAndSync(org);

    await t.step("a save, up to the PATCH", async () => {
      const files = await costs("a save, up to the PATCH", async () => {
        await world.save(org, { agentId, systemPrompt: "You are friendly." });
        await world.settled();
      });
      assert.ok(files.includes("functions/tool-sync/update_assistant.ts"));
      assert.ok(files.length <= 35, "the goal");
    });

    await t.step("a booking, up to the text message", async () => {
      await stack.sql`update sms_policies set quiet_from = '00:00', quiet_until = '00:00'`;
      const book = async (appointmentTime: string) => {
        const { perCall } = await stack.vapi.calls.callTool({
          assistantId: assistantId ?? "",
          toolName: "bookClinicAppointment",
          url: `${stack.functionsUrl}/book-clinic-appointment`,
          arguments: {
            appointmentDate: weekdayAhead(10),
            appointmentTime,
            patientName: "Test Patient",
            patientPhone: "+12025550123",
          },
        });
        assert.match(JSON.stringify(perCall), /appointmentId/);
        await stack.net.idle();
      };
      // Loads the functions.
      await book("10:00");
      const files = await costs("a booking, up to the text message", () => book("14:00"));
      assert.ok(files.includes("functions/outbox/twilio_client.ts"));
    });

    await t.step(
      "a tool that a release changes, of one agent, until the old one is deleted",
      async () => {
        stack.net.pause();
        const release = await deployed("Another description");
        const files = await costs("a tool changed by a release, for one agent", async () => {
          const answer = await release.fetch(
            new Request("http://here.internal/tool-sync", {
              method: "POST",
              headers: { apikey: stack.secretKey },
            }),
          );
          assert.equal(answer.status, 202);
        });
        assert.ok(files.includes("functions/tool-sync/retire.ts"));
        assert.equal(stack.vapi.state.tools.size, catalogue.length);
      },
    );

    await t.step("between a tool's request and SQL are at most five calls", async () => {
      const { db, ...others } = createServeDependencies("calendar-check");
      let way: string[] = [];
      const endpoint = serveTools([{ tool }], {
        ...others,
        db: {
          rpc(fn, args, options) {
            if (fn === "tool_call") way = callers();
            return db.rpc(fn, args, options);
          },
        },
      });
      const response = await endpoint.fetch(
        new Request("http://here.internal", {
          method: "POST",
          headers: { "x-vapi-secret": Deno.env.get("VAPI_WEBHOOK_SECRET") ?? "" },
          body: JSON.stringify({
            message: {
              type: "tool-calls",
              call: { id: "call", assistantId },
              toolCallList: [{ id: "1", function: { name: tool.name, arguments: {} } }],
            },
          }),
        }),
      );
      assert.equal(response.status, 200, await response.text());
      assert.ok(way.length > 0 && way.length < 5, way.join(" < "));
    });
  } finally {
    await idleHere();
    await stack.close();
    watch.end();
  }
});

/** Files, functions, rpcs and requests, as ARCHITECTURE.md has them; none for what it doesn't name. */
async function figuresOf(what: string): Promise<number[]> {
  const page = await Deno.readTextFile(`${repository}ARCHITECTURE.md`);
  const row = page.split("\n").find((line) => line.startsWith(`| ${what} `));
  return (row ?? "").split("|").slice(2, -1).map(Number);
}

/** tool-sync of the next release, in whose catalogue one tool has another description. */
async function deployed(description: string): Promise<Served> {
  const env = readEnv();
  const log = createLogger("tool-sync", {}, { write: () => {} });
  const db = createDb({ url: env.supabaseUrl, key: env.secretKey });
  const recorder = createRecorder({ db, log });
  const deps = await syncDeps(env, { db, log, startedAt: Date.now(), recorder });
  const [first, ...others] = catalogue;
  if (first === undefined) throw new Error("The catalogue is empty");
  const { backendUrl, vapiWebhookSecret: webhookSecret } = env;
  const changed = await prepareCatalogue([{ ...first, description }, ...others], {
    backendUrl,
    webhookSecret,
  });
  const { request } = createSyncWorker({ ...deps, catalogue: changed });
  return serveWorker({ env, log, worker: { request: flushAfter(recorder, request) } });
}

/** Names of the product's functions on the stack, the innermost first; those that await are on it too. */
function callers(): string[] {
  const { stack = "" } = new Error();
  return stack.split("\n").filter((line) => /\/(shared|functions)\//.test(line))
    .map((line) => line.trim().replace(/^at (?:async )?/, ""));
}
