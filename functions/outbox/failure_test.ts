import assert from "node:assert/strict";
import { AppError, ServiceError } from "../../shared/http/errors.ts";
import { refused } from "../../shared/http/transport.ts";
import { classify } from "./failure.ts";

const job = { attempts: 1, urgent: false };
const post = (service: "twilio" | "google" | "resend") => ({ service, method: "POST" as const });

Deno.test("classify() ends at once what no repetition can help", () => {
  assert.equal(classify(refused(post("resend"), 422, "validation_error"), job).permanent, true);
  assert.equal(classify(refused(post("google"), 400, "invalid"), job).permanent, true);
});

Deno.test("classify() keeps retrying what somebody can fix: keys, bills, calendars that aren't shared", () => {
  for (const status of [401, 402, 403, 404]) {
    assert.equal(classify(refused(post("google"), status, "x"), job).permanent, false);
  }
  assert.equal(classify(refused(post("twilio"), 400, "99999"), job).permanent, false);
});

Deno.test("classify() waits as long as the service asks, else as the queue does", () => {
  const limited = new ServiceError("Slow down", {
    service: "twilio",
    status: 429,
    code: "rate_limited",
    retryable: true,
    outcomeUnknown: false,
    retryAfterMs: 7_000,
  });
  assert.equal(classify(limited, job).retryAfterSeconds, 7);
  assert.equal(classify(refused(post("twilio"), 401, "20003"), job).retryAfterSeconds, null);
});

Deno.test("classify() hurries the first attempts at what somebody waits for, and only those", () => {
  const error = refused(post("twilio"), 401, "20003");
  assert.equal(classify(error, { attempts: 1, urgent: true }).retryAfterSeconds, 5);
  assert.equal(classify(error, { attempts: 4, urgent: true }).retryAfterSeconds, null);
});

Deno.test("classify() keeps our own faults to itself", () => {
  const failure = classify(new TypeError("secret"), job);
  assert.deepEqual([failure.error["code"], failure.permanent], ["internal_error", false]);
  assert.doesNotMatch(JSON.stringify(failure), /secret/);
  const known = classify(
    new AppError("database_unavailable", "The database can't be reached"),
    job,
  );
  assert.equal(known.error["code"], "database_unavailable");
});
