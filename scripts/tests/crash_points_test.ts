/**
 * A share of one job's requests, with the function killed before the answer; `deno task proof crash-points` tries all requests of all jobs.
 */
import assert from "node:assert/strict";
import { crashEverywhere } from "../proof/crash_points/crash_everywhere.ts";
import { firstSave } from "../proof/crash_points/save.ts";
import { Platform } from "../proof/platform.ts";

Deno.test("a first save survives the death of its function at a request", async () => {
  const platform = await Platform.start();
  try {
    const points = await crashEverywhere(platform, firstSave, {
      failures: ["kill-after"],
      onlyFirst: true,
      everyKind: 4,
    });
    assert.ok(points.filter(({ wasReached }) => wasReached).length >= 2);
    assert.deepEqual(points.filter(({ violations }) => violations.length > 0), []);
  } finally {
    await platform.close();
  }
});
