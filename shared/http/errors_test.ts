import assert from "node:assert/strict";
import { createLogger, type Log } from "../log.ts";
import { AppError, createRefusalSampler, logRefusal, toErrorResponse } from "./errors.ts";

Deno.test("AppError takes its status from its code", () => {
  assert.equal(new AppError("version_conflict", "x").status, 409);
  assert.equal(new AppError("something_new", "x").status, 500);
  assert.equal(new AppError("not_found", "x", { status: 410 }).status, 410);
});

Deno.test("toErrorResponse() shows code, message and details of an AppError", async () => {
  const details = [{ path: "name", message: "is too long" }];
  const response = toErrorResponse(new AppError("invalid_input", "Check the fields", { details }));
  assert.equal(response.status, 400);
  assert.deepEqual(await response.json(), {
    success: false,
    error: { code: "invalid_input", message: "Check the fields", details },
  });
});

Deno.test("toErrorResponse() sends the headers that belong to the error", () => {
  const error = new AppError("rate_limited", "Wait", { headers: { "retry-after": "3" } });
  assert.equal(toErrorResponse(error).headers.get("retry-after"), "3");
});

Deno.test("toErrorResponse() hides the message of an unknown error", async () => {
  const response = toErrorResponse(new Error('relation "private.x" does not exist'));
  assert.equal(response.status, 500);
  const text = await response.text();
  assert.match(text, /internal_error/);
  assert.doesNotMatch(text, /relation/);
});

function recording(): { log: Log; lines: Record<string, unknown>[] } {
  const lines: Record<string, unknown>[] = [];
  const write = (_level: string, line: string) => void lines.push(JSON.parse(line));
  return { log: createLogger("test", {}, { write }), lines };
}

Deno.test("logRefusal() warns of a refusal, and calls a fault of ours an error", () => {
  const { log, lines } = recording();
  logRefusal(log, "save_failed", new AppError("forbidden", "No"), { ms: 3 });
  logRefusal(log, "save_failed", new AppError("database_unavailable", "Away"));
  logRefusal(log, "save_failed", new TypeError("x is undefined"));
  assert.deepEqual(lines.map(({ level, event, outcome, ms }) => [level, event, outcome, ms]), [
    ["warn", "save_failed", "forbidden", 3],
    ["error", "save_failed", "database_unavailable", undefined],
    ["error", "save_failed", "failed", undefined],
  ]);
});

Deno.test("createRefusalSampler() writes the first five of ten seconds, and then how many it left out", () => {
  const { log, lines } = recording();
  let now = 0;
  const refusals = createRefusalSampler({ now: () => now });
  const error = new AppError("unauthorized", "No");
  for (let i = 0; i < 1_000; i++) refusals.log(log, "refused", error);
  assert.equal(lines.length, 5);
  now = 9_999;
  refusals.log(log, "refused", error);
  assert.equal(lines.length, 5);
  now = 10_000;
  refusals.log(log, "refused", error);
  refusals.log(log, "refused", error);
  assert.deepEqual(lines.map(({ unlogged }) => unlogged).slice(5), [996, undefined]);
});

Deno.test("createRefusalSampler() writes no stack of a refusal, but its cause's words, and the stack of a fault", () => {
  const { log, lines } = recording();
  const refusals = createRefusalSampler();
  const cause = new TypeError("signature verification failed");
  refusals.log(log, "refused", new AppError("unauthorized", "Not valid", { cause }), { ms: 1 });
  refusals.log(log, "refused", new AppError("auth_unavailable", "Away"));
  assert.deepEqual([lines[0]?.["outcome"], lines[0]?.["ms"], lines[0]?.["error"]], [
    "unauthorized",
    1,
    {
      name: "AppError",
      message: "Not valid",
      code: "unauthorized",
      status: 401,
      cause: cause.message,
    },
  ]);
  assert.match(JSON.stringify(lines[1]?.["error"]), /errors_test/);
});
