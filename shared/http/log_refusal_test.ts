import assert from "node:assert/strict";
import { AppError } from "./errors.ts";
import { createLogger } from "../log.ts";
import { logRefusal } from "./log_refusal.ts";

Deno.test("logRefusal() warns of a refusal, and calls a fault of ours an error", () => {
  const lines: unknown[][] = [];
  const write = (level: string, line: string) => {
    const { event, outcome, ms } = JSON.parse(line);
    lines.push([level, event, outcome, ms]);
  };
  const log = createLogger("test", {}, { write });
  logRefusal(log, "save_failed", new AppError("forbidden", "No"), { ms: 3 });
  logRefusal(log, "save_failed", new AppError("database_unavailable", "Away"));
  logRefusal(log, "save_failed", new TypeError("x is undefined"));
  assert.deepEqual(lines, [
    ["warn", "save_failed", "forbidden", 3],
    ["error", "save_failed", "database_unavailable", undefined],
    ["error", "save_failed", "failed", undefined],
  ]);
});
