import assert from "node:assert/strict";
import { externalServices } from "./external_services.ts";

Deno.test("externalServices() passes on the functions' variables and nothing else", () => {
  const { env } = externalServices({
    HOME: "/home/user",
    SUPABASE_URL: "https://other.example.com",
    TWILIO_BASE_URL: "http://127.0.0.1:1",
    ALERT_EMAIL_TO: "ops@example.com",
    RESEND_API_KEY: "",
  });
  assert.deepEqual(env, {
    TWILIO_BASE_URL: "http://127.0.0.1:1",
    ALERT_EMAIL_TO: "ops@example.com",
  });
});

Deno.test("externalServices() keeps a key of the real Vapi to itself where the double is used", () => {
  assert.deepEqual(externalServices({ VAPI_PRIVATE_KEY: "real" }), { env: {} });
});

Deno.test("externalServices() wants a key for the server that stands in for Vapi", () => {
  const url = "http://127.0.0.1:1";
  assert.match(externalServices({ VAPI_BASE_URL: url }).problem ?? "", /VAPI_PRIVATE_KEY/);
  assert.deepEqual(externalServices({ VAPI_BASE_URL: url, VAPI_PRIVATE_KEY: "k" }), {
    env: { VAPI_BASE_URL: url, VAPI_PRIVATE_KEY: "k" },
    vapiUrl: url,
  });
});
