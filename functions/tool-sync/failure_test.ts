import assert from "node:assert/strict";
import { AppError, ServiceError } from "../../shared/http/errors.ts";
import { classify } from "./failure.ts";

function vapiError(
  status: number | null,
  code: string,
  retryable: boolean,
  retryAfterMs: number | null = null,
) {
  return new ServiceError(`Vapi answered ${status}`, {
    service: "vapi",
    status,
    code,
    retryable,
    outcomeUnknown: false,
    retryAfterMs,
  });
}

Deno.test("classify() gives up on what Vapi will refuse again, and on nothing that can pass", () => {
  const permanent = (error: unknown) => classify(error).permanent;
  assert.equal(permanent(vapiError(400, "invalid_request", false)), true);
  assert.equal(permanent(vapiError(429, "rate_limited", true)), false);
  assert.equal(permanent(vapiError(503, "server_error", true)), false);
  assert.equal(permanent(vapiError(null, "network", true)), false);
  assert.equal(permanent(vapiError(null, "aborted", true)), false);
  assert.equal(permanent(new DOMException("late", "TimeoutError")), false);
  assert.equal(permanent(new TypeError("a fault of ours")), false);
});

Deno.test("classify() keeps retrying if the operator can remove the cause", () => {
  for (const status of [401, 402, 403]) {
    assert.equal(classify(vapiError(status, "unauthorized", false)).permanent, false);
  }
});

Deno.test("classify() obeys Retry-After", () => {
  assert.equal(classify(vapiError(429, "rate_limited", true, 90_000)).retryAfterSeconds, 90);
  assert.equal(classify(vapiError(503, "server_error", true)).retryAfterSeconds, null);
});

Deno.test("classify() never gives up on an agent because a tool could not be registered", () => {
  const cause = vapiError(400, "invalid_request", false);
  const error = new AppError("tool_not_registered", "Tool check could not be registered", {
    cause,
  });
  assert.deepEqual(classify(error), {
    error: {
      code: "tool_not_registered",
      message: "Tool check could not be registered",
      status: 400,
    },
    permanent: false,
    retryAfterSeconds: null,
  });
});

Deno.test("classify() keeps the text of our own faults from members", () => {
  const { error } = classify(new TypeError("Cannot read properties of undefined"));
  assert.equal(error["code"], "internal_error");
  assert.ok(!JSON.stringify(error).includes("undefined"));
});
