import assert from "node:assert/strict";
import { type TestClient, toolBody, withDouble } from "../../tests/support/vapi_client.ts";

const start = Date.parse("2026-11-21T09:00:00.000Z");

/** A clock that steps by a second each time it is asked for a creation or change. */
function steppingClock(): () => number {
  let now = start;
  return () => now += 1000;
}

function seed({ double }: TestClient, count: number): string[] {
  return Array.from({ length: count }, (_, i) => {
    const name = `tool_${i}`;
    return double.dashboard.createTool({ ...toolBody, function: { name } }).id;
  });
}

function names(body: unknown): string[] {
  if (!Array.isArray(body)) throw new Error(`A list should be a bare array, got ${body}`);
  return body.map((tool) => tool.function.name);
}

Deno.test(
  "a list is a bare array of the newest 100, newest first",
  withDouble(async (client) => {
    seed(client, 120);
    const { status, body } = await client.send("GET", "/tool");
    assert.equal(status, 200);
    assert.deepEqual(names(body), Array.from({ length: 100 }, (_, i) => `tool_${119 - i}`));
  }),
);

Deno.test(
  "limit goes up to 1000 and no further",
  withDouble(async (client) => {
    seed(client, 1001);
    const full = await client.send("GET", "/tool?limit=1000");
    assert.equal(names(full.body).length, 1000);
    const refused = await client.send("GET", "/tool?limit=1001");
    assert.equal(refused.status, 400);
    assert.deepEqual(refused.at("message"), ["limit must not be greater than 1000"]);
  }),
);

Deno.test(
  "createdAt and updatedAt are filtered by Gt, Lt, Ge and Le",
  withDouble(async (client) => {
    const ids = seed(client, 5);
    const middle = client.double.state.tools.get(ids[2] ?? "")?.createdAt ?? "";
    const list = async (filter: string) =>
      names((await client.send("GET", `/tool?${filter}=${middle}`)).body);
    assert.deepEqual(await list("createdAtGt"), ["tool_4", "tool_3"]);
    assert.deepEqual(await list("createdAtGe"), ["tool_4", "tool_3", "tool_2"]);
    assert.deepEqual(await list("createdAtLt"), ["tool_1", "tool_0"]);
    assert.deepEqual(await list("createdAtLe"), ["tool_2", "tool_1", "tool_0"]);

    client.double.dashboard.updateTool(ids[0] ?? "", { async: true });
    assert.deepEqual(await list("updatedAtGt"), ["tool_4", "tool_3", "tool_0"]);
    assert.deepEqual(await list("createdAtLe"), ["tool_2", "tool_1", "tool_0"]);
  }, { now: steppingClock() }),
);

Deno.test(
  "paging by createdAtLe of the oldest seen reaches all, with one repeat a page",
  withDouble(async (client) => {
    seed(client, 25);
    const seen = new Set<string>();
    let before = "";
    for (let page = 0; page < 3; page++) {
      const { body, at } = await client.send("GET", `/tool?limit=10${before}`);
      for (const name of names(body)) seen.add(name);
      before = `&createdAtLe=${at(`${names(body).length - 1}.createdAt`)}`;
    }
    assert.equal(seen.size, 25);
  }, { now: steppingClock() }),
);

Deno.test(
  "an unknown query parameter is 400: there is no cursor and no filter by name",
  withDouble(async ({ send }) => {
    for (const path of ["/tool", "/assistant"]) {
      for (const key of ["name", "cursor", "page", "createdAtEq"]) {
        const { status, at } = await send("GET", `${path}?${key}=x`);
        assert.equal(status, 400);
        assert.deepEqual(at("message"), [`property ${key} should not exist`]);
      }
    }
  }),
);

Deno.test(
  "an invalid limit or time is 400",
  withDouble(async ({ send }) => {
    assert.equal((await send("GET", "/tool?limit=many")).status, 400);
    assert.equal((await send("GET", "/tool?limit=-1")).status, 400);
    const { at } = await send("GET", "/tool?createdAtGt=yesterday");
    assert.deepEqual(at("message"), ["createdAtGt must be a Date instance"]);
  }),
);

Deno.test(
  "records that are planted with earlier times are listed where they belong",
  withDouble(async (client) => {
    seed(client, 2);
    const [newest] = [...client.double.state.tools.values()].slice(-1);
    assert.ok(newest?.type === "function");
    client.double.dashboard.putTool({
      ...newest,
      id: "planted",
      createdAt: new Date(start).toISOString(),
      function: { name: "planted", strict: false },
    });
    const { body } = await client.send("GET", "/tool");
    assert.deepEqual(names(body), ["tool_1", "tool_0", "planted"]);
  }, { now: steppingClock() }),
);
