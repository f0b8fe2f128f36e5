import assert from "node:assert/strict";
import { z } from "zod";
import type { JsonObject } from "../json.ts";
import { keepTrace } from "./job.ts";

Deno.test("keepTrace() keeps when requests began after the claim, and of many the first fifty", () => {
  const kept: JsonObject[] = [];
  const recorder = { trace: (attempt: JsonObject) => void kept.push(attempt) };
  const job = {
    id: "1",
    leaseToken: "2",
    kind: "agent",
    attempts: 1,
    orgId: null,
    requestId: null,
  };
  const requests = Array.from({ length: 60 }, (_, at) => ({
    method: "GET",
    path: `/assistant/${at}`,
    status: 200,
    startedAt: 1_000 + at,
    ms: 5,
  }));
  keepTrace({ recorder }, job, { wokenAt: 970, claimedAt: 1_000, requests });
  keepTrace({ recorder }, job, { wokenAt: 970, claimedAt: 1_000, requests: [] });
  assert.equal(kept.length, 1, "what made no request is known by its job");
  const { woken, requests: told } = z.object({
    woken: z.number(),
    requests: z.array(z.looseObject({ path: z.string(), at: z.number() })),
  }).parse(kept[0]?.["trace"]);
  assert.equal(woken, -30);
  assert.equal(told.length, 50);
  assert.deepEqual([told[7]?.path, told[7]?.at], ["/assistant/7", 7]);
});
