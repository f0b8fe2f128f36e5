import assert from "node:assert/strict";
import { errorOfAnswer, type VapiRequestLine } from "./read_error.ts";

const PATCH = { operation: "assistants.update", method: "PATCH" } as const;
const POST = { operation: "tools.create", method: "POST" } as const;

function answered(status: number, body: unknown, request: VapiRequestLine = PATCH, headers = {}) {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  return errorOfAnswer(request, { status, headers: new Headers(headers), text });
}

Deno.test("errorOfAnswer() says what Vapi said, as text or as list", () => {
  const error = "Bad Request";
  assert.equal(
    answered(400, { message: "model.provider must be one of …", error, statusCode: 400 }).message,
    "Vapi answered 400 to assistants.update: model.provider must be one of …",
  );
  assert.match(
    answered(400, { message: ["property x should not exist", "name is too long"], error }).message,
    /property x should not exist; name is too long$/,
  );
  assert.match(answered(400, { error }).message, /: Bad Request$/);
  assert.match(answered(400, { odd: 1 }).message, /: \{"odd":1\}$/);
});

Deno.test("errorOfAnswer() makes an HTML page readable, and survives an empty body", () => {
  const html =
    "<html><head><style>a{}</style></head><body><h1>502</h1>\n Bad&nbsp;gateway</body></html>";
  assert.match(answered(502, html).message, /: 502 Bad&nbsp;gateway$/);
  assert.match(answered(502, "").message, /: \(no message\)$/);
  assert.ok(answered(500, "x".repeat(100_000)).message.length < 400);
});

Deno.test("errorOfAnswer() codes by status, unless Vapi sends a machine code", () => {
  const codes: [number, unknown, string][] = [
    [400, { message: "no" }, "invalid_request"],
    [401, { message: "no" }, "unauthorized"],
    [402, { message: "no" }, "payment_required"],
    [404, { message: "assistant x does not exist" }, "not_found"],
    [409, { error: "tool_pinned", message: "pinned" }, "tool_pinned"],
    [409, { error: "Conflict", message: "no" }, "conflict"],
    [422, { message: "no" }, "invalid_request"],
    [429, "Rate limit exceeded", "rate_limited"],
    [503, "", "server_error"],
    [301, "", "unexpected_response"],
  ];
  for (const [status, body, code] of codes) assert.equal(answered(status, body).code, code);
});

Deno.test("errorOfAnswer() takes a 404 for not_found only if it is Vapi that speaks of the resource", () => {
  for (const broken of ["<h1>404 page not found</h1>", '{"message":"Tool x does not ex', ""]) {
    assert.equal(answered(404, broken).code, "unexpected_response");
    assert.equal(answered(404, broken).retryable, true);
  }
  const route = { message: "Cannot PATCH /assistants/x", error: "Not Found", statusCode: 404 };
  assert.equal(answered(404, route).code, "unexpected_response");
  assert.equal(answered(404, route).retryable, false);
});

Deno.test("errorOfAnswer() may be retried after 408, 429 and 5xx only", () => {
  for (const status of [408, 425, 429, 500, 502, 503, 504, 520]) {
    assert.equal(answered(status, "").retryable, true, String(status));
  }
  for (const status of [400, 401, 402, 403, 404, 409, 422]) {
    assert.equal(answered(status, { message: "no" }).retryable, false, String(status));
  }
});

Deno.test("errorOfAnswer() leaves the outcome of a create open after 5xx and 408, not after a refusal", () => {
  for (const status of [408, 500, 503]) {
    assert.equal(answered(status, "", POST).outcomeUnknown, true);
  }
  for (const status of [400, 401, 429]) {
    assert.equal(answered(status, "", POST).outcomeUnknown, false);
  }
  assert.equal(answered(500, "").outcomeUnknown, false, "a PATCH may simply be sent again");
});

Deno.test("errorOfAnswer() carries the requested wait", () => {
  assert.equal(answered(429, "", PATCH, { "retry-after": "7" }).retryAfterMs, 7_000);
  assert.equal(answered(429, "").retryAfterMs, null);
});
