import assert from "node:assert/strict";
import { AppError } from "./http/errors.ts";
import { isJsonObject, type JsonObject, parseJson } from "./json.ts";
import { createLogger, type LogFields } from "./log.ts";

const NOW = new Date("2026-01-02T03:04:05.678Z");

function collecting(fields: LogFields = {}) {
  const lines: string[] = [];
  const log = createLogger("tool-sync", fields, {
    write: (_, line) => lines.push(line),
    now: () => NOW,
  });
  const parsed = (): JsonObject[] => lines.map(parseJson).filter(isJsonObject);
  return { log, lines, parsed };
}

Deno.test("createLogger() writes one JSON object per line, undefined fields left out", () => {
  const { log, lines } = collecting({ request_id: "r1", execution_id: undefined });
  log.info("synced\nwell", { ms: 12, outcome: "ok" });
  assert.deepEqual(lines, [
    '{"ts":"2026-01-02T03:04:05.678Z","level":"info","event":"synced\\nwell","fn":"tool-sync",' +
    '"request_id":"r1","ms":12,"outcome":"ok"}',
  ]);
});

Deno.test("Log.with() adds fields for the lines that follow", () => {
  const { log, parsed } = collecting();
  log.with({ org_id: "o1" }).with({ tool: "t1" }).warn("retry", { attempt: 2 });
  log.error("other");
  const [first, second] = parsed();
  assert.deepEqual([first?.org_id, first?.tool, first?.attempt], ["o1", "t1", 2]);
  assert.equal(second?.org_id, undefined);
});

Deno.test("createLogger() writes an error with its code and cause", () => {
  const { log, parsed } = collecting();
  log.error("failed", {
    error: new AppError("database_error", "No", { cause: new Error("call +15550100001") }),
  });
  const error = parsed()[0]?.error;
  assert.ok(isJsonObject(error) && isJsonObject(error.cause ?? null));
  assert.deepEqual([error.code, error.status, error.message], ["database_error", 500, "No"]);
  assert.match(JSON.stringify(error.cause), /call \*\*\*01/);
});

Deno.test("createLogger() keeps a line below the platform's limit, and it stays JSON", () => {
  const { log, lines, parsed } = collecting();
  const many = Object.fromEntries(
    Array.from({ length: 40 }, (_, i) => [`field_${i}`, "x y ".repeat(500)]),
  );
  log.info("long", many);
  assert.ok((lines[0] ?? "").length <= 10_000);
  assert.equal(parsed()[0]?.truncated, true);
});
