/** Against the double at the wire: what happens between `fetch` and a socket cannot be scripted any closer. */
import assert from "node:assert/strict";
import { startVapiDouble } from "../../scripts/local/vapi/mod.ts";
import { createLimiter } from "../limiter.ts";
import { createLogger } from "../log.ts";
import { createVapi } from "./client.ts";
import { ServiceError } from "../http/errors.ts";

Deno.test("Vapi.create() reaches Vapi once, although fetch repeats what a reused connection swallowed", async () => {
  const double = await startVapiDouble();
  try {
    const vapi = createVapi({
      baseUrl: double.url,
      key: double.key,
      limiter: createLimiter({ maxConcurrency: 1 }),
      log: createLogger("test", {}, { write: () => {} }),
    });
    // A connection that is reused: only there does fetch repeat a request.
    await vapi.tools.list();
    double.faults.next("POST /tool", "silent-close");
    const error = await vapi.tools.create({ type: "function", function: { name: "once" } }).catch((
      error,
    ) => error);
    assert.ok(error instanceof ServiceError && error.outcomeUnknown);
    assert.equal(double.requests.matching("POST /tool").length, 1);
  } finally {
    await double.close();
  }
});
