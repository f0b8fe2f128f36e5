/** Of the kinds of request some, the function killed before its answer; `deno task proof crash-points` tries all. */
import assert from "node:assert/strict";
import { bookWithCode } from "../proof/crash_points/book.ts";
import { crashEverywhere, type Scenario } from "../proof/crash_points/crash_everywhere.ts";
import { replaceTool } from "../proof/crash_points/replace.ts";
import { firstSave } from "../proof/crash_points/save.ts";
import { Platform } from "../proof/platform.ts";

async function survives<Setup>(scenario: Scenario<Setup>, everyKind = 4): Promise<void> {
  const platform = await Platform.start();
  try {
    const points = await crashEverywhere(platform, scenario, {
      failures: ["kill-after"],
      onlyFirst: true,
      everyKind,
    });
    assert.ok(points.filter(({ wasReached }) => wasReached).length >= 2);
    assert.deepEqual(points.filter(({ violations }) => violations.length > 0), []);
  } finally {
    await platform.close();
  }
}

Deno.test("a first save survives the death of its function at a request", () =>
  survives(firstSave));
Deno.test("the replacement of a tool survives it too", () => survives(replaceTool));
Deno.test("a booking with its code, text message and event survives it too", () =>
  survives(bookWithCode, 8));
