/** The production client against the double of Vapi, over real connections. */
import assert from "node:assert/strict";
import { createLimiter } from "../../shared/limiter.ts";
import { createVapi } from "../../shared/vapi/client.ts";
import { ServiceError } from "../../shared/http/errors.ts";
import type { Vapi } from "../../shared/vapi/port.ts";
import { type Fault, startVapiDouble, type VapiDouble } from "../local/vapi/mod.ts";

async function withVapi(
  run: (vapi: Vapi, double: VapiDouble, waits: number[]) => Promise<void>,
): Promise<void> {
  // Several resources share one createdAt: time passes with every third request only.
  let reads = 0;
  const double = await startVapiDouble({ now: () => 1_767_225_600_000 + Math.floor(reads++ / 3) });
  const waits: number[] = [];
  const vapi = createVapi({
    baseUrl: double.url,
    key: double.key,
    timeoutMs: 2_000,
    pageSize: { tools: 7, assistants: 7 },
    limiter: createLimiter({ maxConcurrency: 10 }),
    sleep: (ms) => {
      waits.push(ms);
      return Promise.resolve();
    },
  });
  try {
    await run(vapi, double, waits);
  } finally {
    await double.close();
  }
}

const toolBody = (name: string) => ({
  type: "function",
  function: { name, description: "A tool.", parameters: { type: "object", properties: {} } },
  server: { url: "https://backend.example.test/functions/v1/tool" },
});

const MODEL = {
  provider: "openai",
  model: "gpt-4o",
  temperature: 0.2,
  messages: [{ role: "system", content: "Be brief." }],
  toolIds: [],
};

async function vapiErrorOf(promise: Promise<unknown>): Promise<ServiceError> {
  const error = await promise.then(() => null, (reason: unknown) => reason);
  assert.ok(error instanceof ServiceError, String(error));
  return error;
}

Deno.test("a tool's life: created, read, changed, listed, removed", () =>
  withVapi(async (vapi) => {
    const created = await vapi.tools.create(toolBody("first"));
    assert.equal((await vapi.tools.get(created.id))?.function?.name, "first");
    const body = toolBody("renamed");
    assert.equal((await vapi.tools.update(created.id, body)).function?.name, "renamed");
    assert.deepEqual((await vapi.tools.list()).map(({ id }) => id), [created.id]);
    await vapi.tools.remove(created.id);
    await vapi.tools.remove(created.id);
    assert.equal(await vapi.tools.get(created.id), null);
    assert.equal((await vapiErrorOf(vapi.tools.update(created.id, body))).code, "not_found");
  }));

Deno.test("an assistant's model survives a PATCH that sends back what a GET gave", () =>
  withVapi(async (vapi) => {
    const { id } = await vapi.assistants.create({ name: "Reception", model: MODEL });
    const tool = await vapi.tools.create(toolBody("first"));
    const model = (await vapi.assistants.get(id))?.model;
    assert.ok(model);
    const updated = await vapi.assistants.update(id, { model: { ...model, toolIds: [tool.id] } });
    assert.deepEqual(updated.model, { ...MODEL, ...model, toolIds: [tool.id] });
  }));

Deno.test("a list of many pages has each item once", () =>
  withVapi(async (vapi, double) => {
    const created: string[] = [];
    for (let i = 0; i < 50; i++) created.push((await vapi.tools.create(toolBody(`tool${i}`))).id);
    const mark = double.requests.seq;
    assert.deepEqual((await vapi.tools.list()).map(({ id }) => id).toSorted(), created.toSorted());
    assert.ok(double.requests.since(mark).length > 7);
  }));

Deno.test("Vapi's refusal reaches the error's message", () =>
  withVapi(async (vapi) => {
    const error = await vapiErrorOf(
      vapi.tools.create({ ...toolBody("first"), server: { url: "https://localhost/x" } }),
    );
    assert.deepEqual([error.status, error.code, error.outcomeUnknown], [
      400,
      "invalid_request",
      false,
    ]);
    assert.match(error.message, /^Vapi answered 400 to tools\.create: .*server\.url/);
  }));

Deno.test("a create whose answer gets lost in any way is sent once, and its outcome is unknown", () =>
  withVapi(async (vapi, double, waits) => {
    const lost: Fault[] = [
      "lost-answer",
      "silent-close",
      "truncated-json",
      "cut-body",
      "dropped",
      { status: 502, html: true, afterEffect: true },
    ];
    for (const fault of lost) {
      // Leaves a connection that the create uses again.
      await vapi.tools.list();
      double.faults.next("POST /tool", fault);
      const mark = double.requests.seq;
      const error = await vapiErrorOf(vapi.tools.create(toolBody("first")));
      assert.equal(error.outcomeUnknown, true, JSON.stringify(fault));
      assert.equal(double.requests.since(mark).length, 1, JSON.stringify(fault));
    }
    assert.deepEqual(waits, []);
  }));

Deno.test("an update goes through whatever happens to three attempts", () =>
  withVapi(async (vapi, double, waits) => {
    const { id } = await vapi.assistants.create({ name: "Reception", model: MODEL });
    const faults: Fault[] = [{ status: 429, retryAfter: 1 }, "lost-answer", {
      status: 503,
      html: true,
    }];
    for (const fault of faults) double.faults.next("PATCH /assistant/:id", fault);
    assert.equal((await vapi.assistants.update(id, { name: "Desk" })).name, "Desk");
    assert.deepEqual(waits.filter((ms) => ms > 1_000), [4_000, 8_000]);
  }));

Deno.test("a create is tried again while Vapi limits the rate", () =>
  withVapi(async (vapi, double) => {
    double.faults.next("POST /tool", { status: 429 }, { times: 2 });
    const { id } = await vapi.tools.create(toolBody("first"));
    assert.deepEqual([...double.state.tools.keys()], [id]);
  }));

Deno.test("a wrong key is refused at once", () =>
  withVapi(async (_, double) => {
    const limiter = createLimiter({ maxConcurrency: 1 });
    const vapi = createVapi({ baseUrl: double.url, key: "wrong", limiter });
    assert.equal((await vapiErrorOf(vapi.tools.list())).code, "unauthorized");
    assert.equal(double.requests.all.length, 1);
  }));
