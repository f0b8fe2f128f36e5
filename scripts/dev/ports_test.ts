import assert from "node:assert/strict";
import { canListen, choosePorts } from "./ports.ts";

Deno.test("choosePorts() takes the port and its neighbours, and tells what it takes instead of one that is taken", () => {
  const free = choosePorts(54_321, { isFree: () => true });
  assert.deepEqual(Object.values(free.ports), [54321, 54322, 54323, 54324, 54325, 54326]);
  assert.deepEqual(free.taken, []);
  const { ports, taken } = choosePorts(54_321, {
    isFree: (port) => port !== 54_322,
    another: () => 40_000,
  });
  assert.deepEqual([ports.api, ports.database, ports.vapi], [54_321, 40_000, 54_323]);
  assert.deepEqual(taken, [{ part: "database", port: 54_322, instead: 40_000 }]);
});

Deno.test("canListen() knows a port that somebody else listens on", () => {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr;
  assert.equal(canListen(port), false);
  listener.close();
  assert.equal(canListen(port), true);
});
