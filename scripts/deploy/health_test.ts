import assert from "node:assert/strict";
import { askFunction, judge } from "./health.ts";

const refusal = JSON.stringify({ success: false, error: { code: "unauthorized", message: "No" } });

Deno.test("judge() is content with a refusal in the function's own words", () => {
  assert.deepEqual(judge("one", 401, refusal), { slug: "one", ok: true, status: 401 });
});

Deno.test("judge() says what each other answer means", () => {
  for (
    const [status, body, problem] of [
      [404, '{"code":"NOT_FOUND"}', /is not there/],
      [401, '{"message":"Missing authorization header"}', /verify_jwt = false/],
      [503, '{"code":"BOOT_ERROR"}', /does not start: its logs/],
      [
        500,
        refusal.replace("unauthorized", "configuration_error"),
        /answers 500: .*configuration_error/,
      ],
      [200, '{"success":true}', /must refuse/],
      [502, "<html>Bad gateway</html>", /answers 502: <html>/],
    ] as const
  ) {
    const health = judge("one", status, body);
    assert.equal(health.ok, false, body);
    assert.match(health.problem ?? "", problem);
  }
});

Deno.test("askFunction() reports a host that does not answer instead of throwing", async () => {
  const { ok, status, problem } = await askFunction("http://127.0.0.1:1/functions/v1", "one");
  assert.deepEqual([ok, status], [false, null]);
  assert.match(problem ?? "", /^does not answer: /);
});
