import assert from "node:assert/strict";
import { singleFlight } from "./limiter.ts";

Deno.test("singleFlight() answers a burst with one run under way and one after it", async () => {
  const gates: PromiseWithResolvers<void>[] = [];
  const flight = singleFlight(() => {
    const gate = Promise.withResolvers<void>();
    gates.push(gate);
    return gate.promise;
  });
  const requests = Array.from({ length: 50 }, () => flight.request());
  assert.equal(gates.length, 1);
  gates[0]?.resolve();
  while (gates.length < 2) await Promise.resolve();
  gates[1]?.resolve();
  await Promise.all(requests);
  assert.equal(gates.length, 2);
});

Deno.test("singleFlight() runs again after a run that failed", async () => {
  let runs = 0;
  const flight = singleFlight(() => {
    runs++;
    return runs === 1 ? Promise.reject(new Error("first")) : Promise.resolve();
  });
  await assert.rejects(flight.request(), /first/);
  await flight.request();
  assert.equal(runs, 2);
});
