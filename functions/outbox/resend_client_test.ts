import assert from "node:assert/strict";
import { type ResendDouble, startResendDouble } from "../../scripts/local/resend/double.ts";
import { readIntegrations } from "../../shared/env/integrations.ts";
import { ServiceError } from "../../shared/http/errors.ts";
import { createResend } from "./resend_client.ts";
import type { Resend } from "./resend_port.ts";

const email = {
  to: ["operator@platform.example.com"],
  subject: "Subject",
  text: "Text",
  idempotencyKey: "alert/1",
};

async function withResend(
  test: (resend: Resend, double: ResendDouble) => Promise<void>,
): Promise<void> {
  const double = await startResendDouble();
  try {
    const { resend } = readIntegrations(double.env);
    assert.ok(resend);
    await test(createResend(resend), double);
  } finally {
    await double.close();
  }
}

const code = (expected: string) => (error: unknown) =>
  error instanceof ServiceError && error.code === expected;

Deno.test("send() sends a mail once for one idempotency key", async () => {
  await withResend(async (resend, double) => {
    const id = await resend.send(email);
    assert.equal(await resend.send(email), id);
    await resend.send({ ...email, idempotencyKey: "alert/2" });
    assert.equal(double.emails.length, 2);
  });
});

Deno.test("send() throws Resend's name of the error, without the address", async () => {
  await withResend(async (resend) => {
    await assert.rejects(
      resend.send({ ...email, to: ["nobody"] }),
      code("resend_validation_error"),
    );
    await resend.send(email);
    await assert.rejects(
      resend.send({ ...email, text: "Another" }),
      (error) =>
        code("resend_invalid_idempotent_request")(error) && !String(error).includes("operator@"),
    );
  });
});

Deno.test("send() with a wrong key throws resend_invalid_api_key", async () => {
  const double = await startResendDouble();
  try {
    const { resend } = readIntegrations({ ...double.env, RESEND_API_KEY: "re_wrong" });
    assert.ok(resend);
    await assert.rejects(createResend(resend).send(email), code("resend_invalid_api_key"));
  } finally {
    await double.close();
  }
});

Deno.test("send() may be repeated while an earlier attempt is under way", async () => {
  const fetch = () =>
    Promise.resolve(
      Response.json({ name: "concurrent_idempotent_requests", statusCode: 409 }, { status: 409 }),
    );
  const resend = createResend({ apiKey: "re_1", from: "a@example.com", baseUrl: "http://x" }, {
    fetch,
  });
  await assert.rejects(
    resend.send(email),
    (error) => error instanceof ServiceError && error.retryable && !error.outcomeUnknown,
  );
});
