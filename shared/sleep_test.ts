import assert from "node:assert/strict";
import { sleep } from "./sleep.ts";

Deno.test("sleep() resolves on the clock", async () => {
  await sleep(0);
  await sleep(1, new AbortController().signal);
});

Deno.test("sleep() rejects with the reason when the signal aborts, and leaves no timer", async () => {
  const controller = new AbortController();
  const waiting = sleep(60_000, controller.signal);
  const reason = new Error("enough");
  controller.abort(reason);
  await assert.rejects(waiting, reason);
  await assert.rejects(sleep(60_000, controller.signal), reason);
});
