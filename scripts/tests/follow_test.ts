/** One request is followed by its id through every function that works on what it asked for. */
import assert from "node:assert/strict";
import type { LogLine } from "../local/functions.ts";
import { eventually } from "./support/eventually.ts";
import { withWorld, type World } from "./support/world.ts";

/** Every field of a log line that has one meaning everywhere. docs/logs.md explains them. */
const HEAD = ["ts", "level", "event", "fn"];

Deno.test("a request is followed by its id", async (t) => {
  await withWorld(async (world) => {
    await t.step("a save into each request to Vapi", () => followSave(world));
    await t.step("a tool call to the text message that it brings about", () => followCall(world));
    await t.step(
      "every line is one JSON object that begins with when, how bad, what and where",
      () => readLines(world),
    );
  }, { cron: false, integrations: true });
});

async function followSave(world: World): Promise<void> {
  const { stack } = world;
  const org = await world.org();
  const id = "console-4711";
  const { body, headers } = await world.save(org, {}, { "x-request-id": id, prefer: "wait=30" });
  assert.equal(headers.get("x-request-id"), id);
  await world.settled();
  await eventually(
    "the worker has told of its end",
    () =>
      stack.functions.logs().some(({ slug, fields }) =>
        slug === "tool-sync" && fields?.["event"] === "job_succeeded"
      ),
  );

  const lines = stack.functions.logs();
  const saved = only(lines, "agent-save", "agent_saved");
  assert.partialDeepStrictEqual(saved, {
    request_id: id,
    org_id: org.id,
    agent_id: body.agentId,
    job_id: body.syncId,
  });
  const done = only(lines, "tool-sync", "job_succeeded");
  assert.partialDeepStrictEqual(done, {
    request_id: id,
    org_id: org.id,
    agent_id: body.agentId,
    job_id: body.syncId,
    attempt: 1,
    outcome: "created",
  });
  assert.equal(typeof done["ms"], "number");

  const asked = stack.vapi.requests.all;
  const told = lines.flatMap(({ fields }) => fields?.["event"] === "vapi_request" ? [fields] : []);
  assert.ok(asked.length > 8, "tools and an assistant were created");
  assert.equal(told.length, asked.length, "a line for each request that reached Vapi");
  for (const line of told) {
    assert.partialDeepStrictEqual(line, { request_id: id, agent_id: body.agentId });
    assert.equal(typeof line["vapi_status"], "number");
  }
}

async function followCall(world: World): Promise<void> {
  const { stack } = world;
  const org = await world.org();
  await stack.sql`update sms_policies set quiet_until = quiet_from where org_id = ${org.id}`;
  const id = "vapi-0815";
  const response = await fetch(`${stack.functionsUrl}/sms-send`, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      "x-vapi-secret": stack.webhookSecret,
      "x-request-id": id,
    },
    body: JSON.stringify({
      message: {
        type: "tool-calls",
        toolCallList: [{
          id: crypto.randomUUID(),
          function: { name: "sendSms", arguments: { message: "We are in Main Street." } },
        }],
        call: {
          id: crypto.randomUUID(),
          customer: { number: "+15551230001" },
          metadata: { org_id: org.id },
        },
      },
    }),
  });
  assert.equal(response.status, 200, await response.text());
  await eventually("its job has ended", () => find("outbox", "job_succeeded") !== undefined);

  assert.partialDeepStrictEqual(find("sms-send", "tool_call"), {
    request_id: id,
    tool: "sendSms",
    outcome: "ok",
  });
  assert.partialDeepStrictEqual(find("outbox", "job_succeeded"), { request_id: id });

  function find(slug: string, event: string): LogLine["fields"] | undefined {
    return stack.functions.logs()
      .find((line) => line.slug === slug && line.fields?.["event"] === event)?.fields;
  }
}

async function readLines(world: World): Promise<void> {
  await world.save({ accessToken: "x.y.z" });
  await world.settled();
  const lines = world.stack.functions.logs();
  assert.ok(lines.length > 10);
  for (const { slug, line, fields } of lines) {
    assert.ok(fields !== null, `not JSON: ${line}`);
    assert.deepEqual(Object.keys(fields).slice(0, 4), HEAD);
    assert.equal(fields["fn"], slug);
  }
}

/** The fields of the only line with this event. */
function only(lines: readonly LogLine[], slug: string, event: string): Record<string, unknown> {
  const found = lines.filter((line) => line.slug === slug && line.fields?.["event"] === event);
  assert.equal(found.length, 1, `lines ${event} of ${slug}`);
  const fields = found[0]?.fields;
  assert.ok(fields);
  return fields;
}
