import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { type Callee, startCallee } from "./callee.ts";
import { eventually } from "./eventually.ts";
import { launchHere } from "./launch_here.ts";

const entry = fileURLToPath(new URL("./fixtures/launched/index.ts", import.meta.url));

async function launch(name: string, env: Record<string, string> = {}) {
  const lines: string[] = [];
  const instance = await launchHere({
    slug: name,
    entry,
    env: { NAME: name, ...env },
    onLine: (line, stream) => lines.push(`${stream} ${line}`),
  });
  const call = async (query: Record<string, string> = {}) => {
    const target = `/${name}?${new URLSearchParams(query)}`;
    const response = await instance.handle(new Request("http://gateway.test/"), target);
    return await response.json();
  };
  return { ...instance, call, lines, events: () => lines.map((line) => JSON.parse(line.slice(7))) };
}

async function withCallee(test: (callee: Callee) => Promise<void>): Promise<void> {
  const callee = startCallee();
  try {
    await test(callee);
  } finally {
    await callee.close();
  }
}

Deno.test("launchHere() gives each instance its own environment and its own log", async () => {
  const [one, two] = await Promise.all([launch("one"), launch("two")]);
  const answers = await Promise.all([one, two, one].map((instance) => instance.call()));
  assert.deepEqual(answers.map(({ name, now }) => [name, now]), [
    ["one", "one"],
    ["two", "two"],
    ["one", "one"],
  ]);
  assert.equal(Deno.env.toObject().NAME, undefined);
  await Promise.all([one, two].map((instance) => instance.stop()));
  const told = two.events().map(({ event, name }) => `${name} ${event}`);
  assert.deepEqual(told, ["two loaded", "two done"]);
});

Deno.test("launchHere() lets an instance that is stopped finish, and one that is killed do nothing more", () =>
  withCallee(async ({ url, received, hold }) => {
    const [stopped, killed] = await Promise.all([launch("stopped"), launch("killed")]);
    const release = hold("/killed");
    await killed.call({ next: `${url}/killed` });
    await stopped.call({ next: `${url}/stopped`, ms: "20" });
    await eventually(
      "the call is under way",
      () => received.some(({ path }) => path === "/killed"),
    );
    const idle = killed.idle();
    await killed.kill();
    await assert.rejects(idle, /has ended/);
    release();
    await stopped.stop();
    // The killed one would have made its second call, and reported that it is done, no later than the other one.
    assert.deepEqual(received.map(({ path }) => path).sort(), ["/killed", "/stopped", "/stopped"]);
    assert.deepEqual(stopped.events().map(({ event }) => event), ["loaded", "done"]);
    assert.deepEqual(killed.events().map(({ event }) => event), ["loaded"]);
    await assert.rejects(killed.call(), /has ended/);
  }));

Deno.test("launchHere() leads a function, and nobody else, from its public host to the gateway", () =>
  withCallee(async ({ url, received }) => {
    const hosts = JSON.stringify({ "backend.example.test": url });
    const instance = await launch("led", { LOCAL_PUBLIC_HOSTS: hosts });
    await instance.call({ next: "https://backend.example.test/there" });
    await instance.stop();
    assert.deepEqual(received.map(({ path }) => path), ["/there", "/there"]);
  }));

Deno.test("launchHere() says why a function can't be loaded, and loads the next", async () => {
  await assert.rejects(launch("broken"), /Cannot start function broken:[^]*broken on purpose/);
  const next = await launch("next");
  assert.deepEqual(await next.call(), { name: "next", now: "next" });
  await next.kill();
});

Deno.test("launchHere() leaves no test behind in a function's context", async (t) => {
  const instance = await launch("left", { LOCAL_TIMES_FASTER: "1000" });
  await instance.call();
  await instance.stop();
  // Code in it would wait for ever now.
  await t.step("timers go on", () => new Promise((resolve) => setTimeout(resolve, 1)));
});
