import assert from "node:assert/strict";
import { startIntegrations } from "./integrations.ts";

Deno.test("envBeside() leaves a service to somebody's own variables as a whole, and the others to the doubles", async () => {
  const integrations = await startIntegrations("https://backend.example.test/functions/v1");
  try {
    const names = (own: Record<string, string>) =>
      Object.keys(integrations.envBeside(own)).map((name) => name.split("_")[0]);
    assert.deepEqual(new Set(names({})), new Set(["TWILIO", "GOOGLE", "RESEND", "ALERT"]));
    assert.deepEqual(
      new Set(names({ TWILIO_ACCOUNT_SID: "AC1" })),
      new Set(["GOOGLE", "RESEND", "ALERT"]),
    );
    // A real sender must not write to an invented administrator.
    assert.deepEqual(new Set(names({ RESEND_API_KEY: "re_1" })), new Set(["TWILIO", "GOOGLE"]));
    assert.deepEqual(
      new Set(names({ ALERT_EMAIL_TO: "ops@example.com" })),
      new Set(["TWILIO", "GOOGLE", "RESEND", "ALERT"]),
    );
  } finally {
    await integrations.close();
  }
});
