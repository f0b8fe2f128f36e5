import assert from "node:assert/strict";
import { AppError, toErrorResponse } from "./errors.ts";

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
