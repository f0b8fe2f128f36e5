import assert from "node:assert/strict";
import { readEnv } from "./env.ts";
import { AppError } from "../http/errors.ts";

const COMPLETE = {
  SUPABASE_URL: "https://project.supabase.co/",
  SUPABASE_SECRET_KEYS: '{"automations":"sb_secret_b","default":"sb_secret_a"}',
  VAPI_PRIVATE_KEY: "vapi-private-key",
  VAPI_WEBHOOK_SECRET: "webhook-secret",
};

function problemsOf(source: Record<string, string>): string {
  try {
    readEnv({ source });
  } catch (error) {
    assert.ok(error instanceof AppError && error.code === "configuration_error");
    return error.message;
  }
  return "";
}

Deno.test("readEnv() gives the defaults, and nothing for integrations without variables", () => {
  assert.deepEqual(readEnv({ source: COMPLETE }), {
    supabaseUrl: "https://project.supabase.co",
    secretKey: "sb_secret_a",
    secretKeys: ["sb_secret_a", "sb_secret_b"],
    backendUrl: "https://project.supabase.co/functions/v1",
    vapiPrivateKey: "vapi-private-key",
    vapiBaseUrl: "https://api.vapi.ai",
    vapiMaxConcurrency: 10,
    vapiMinIntervalMs: 0,
    toolUpdateStrategy: "replace",
    vapiWebhookSecret: "webhook-secret",
    vapiWebhookSecrets: ["webhook-secret"],
    integrationProblems: [],
  });
});

Deno.test("readEnv() names everything that is missing or malformed at once", () => {
  const message = problemsOf({ VAPI_BASE_URL: "api.vapi.ai", VAPI_MAX_CONCURRENCY: "many" });
  for (
    const problem of [
      "SUPABASE_URL is missing",
      "SUPABASE_SECRET_KEYS is missing",
      "VAPI_PRIVATE_KEY is missing",
      "VAPI_WEBHOOK_SECRET is missing",
      "VAPI_BASE_URL must be an http or https URL",
      "VAPI_MAX_CONCURRENCY must be an integer from 1 to 100",
    ]
  ) assert.ok(message.includes(problem), `${problem} not in: ${message}`);
});

Deno.test("readEnv() takes an empty variable for a missing one: no secret is ever empty", () => {
  assert.match(
    problemsOf({ ...COMPLETE, VAPI_WEBHOOK_SECRET: " " }),
    /VAPI_WEBHOOK_SECRET is missing/,
  );
  for (
    const keys of ['{"default":""}', "{}", "[]", '{"default":"a","other":""}', '{"default":["a"]}']
  ) {
    const message = problemsOf({ ...COMPLETE, SUPABASE_SECRET_KEYS: keys });
    assert.match(message, /SUPABASE_SECRET_KEYS must be a JSON object of keys by name/, keys);
  }
});

Deno.test("readEnv() never repeats a value in its message", () => {
  const message = problemsOf({
    ...COMPLETE,
    SUPABASE_SECRET_KEYS: "sb_secret_plain",
    SUPABASE_URL: "postgres://user:password@host",
    SUPABASE_JWKS: "not-a-key-set",
  });
  assert.match(message, /SUPABASE_SECRET_KEYS must be a JSON object of keys by name/);
  assert.match(message, /SUPABASE_JWKS must be a JSON Web Key Set/);
  assert.doesNotMatch(message, /sb_secret_plain|password|not-a-key-set/);
});

Deno.test("readEnv() demands only the groups that are needed", () => {
  const env = readEnv({ need: ["webhook"], source: { VAPI_WEBHOOK_SECRET: "s" } });
  assert.equal(env.vapiWebhookSecret, "s");
  assert.ok(!("vapiPrivateKey" in env) && !("supabaseUrl" in env));
});

Deno.test("readEnv() takes the legacy key only where the new ones are absent", () => {
  const { SUPABASE_SECRET_KEYS: _, ...rest } = COMPLETE;
  const legacy = { SUPABASE_SERVICE_ROLE_KEY: "legacy-service" };
  const old = readEnv({ source: { ...rest, ...legacy } });
  assert.equal(old.secretKey, "legacy-service");
  assert.deepEqual(readEnv({ source: { ...COMPLETE, ...legacy } }).secretKeys, [
    "sb_secret_a",
    "sb_secret_b",
  ]);
});

Deno.test("readEnv() reads a key set with or without its envelope, public members only", () => {
  const key = { kty: "EC", kid: "1", crv: "P-256", x: "x", y: "y" };
  for (const jwks of [{ keys: [{ ...key, d: "private" }] }, [key]]) {
    const env = readEnv({ source: { ...COMPLETE, SUPABASE_JWKS: JSON.stringify(jwks) } });
    assert.deepEqual(env.jwks, { keys: [key] });
  }
});

Deno.test("readEnv() accepts the previous webhook secret during a rotation", () => {
  const env = readEnv({ source: { ...COMPLETE, VAPI_WEBHOOK_SECRET_PREVIOUS: "old" } });
  assert.equal(env.vapiWebhookSecret, "webhook-secret");
  assert.deepEqual(env.vapiWebhookSecrets, ["webhook-secret", "old"]);
});

Deno.test("readEnv() reads the token of the metrics, and takes an empty one for none", () => {
  const read = (METRICS_TOKEN: string) => readEnv({ need: ["metrics"], source: { METRICS_TOKEN } });
  assert.equal(read("token").metricsToken, "token");
  assert.ok(!("metricsToken" in read(" ")));
});

Deno.test("readEnv() reads the integrations", () => {
  const env = readEnv({
    source: {
      ...COMPLETE,
      TWILIO_ACCOUNT_SID: "AC1",
      TWILIO_AUTH_TOKEN: "t",
      TWILIO_FROM: "+15550100001",
      GOOGLE_SERVICE_ACCOUNT: '{"client_email":"a@example.com","private_key":"pem","type":"x"}',
      RESEND_API_KEY: "re",
      ALERT_EMAIL_FROM: "alerts@example.com",
      ALERT_EMAIL_TO: "admin@example.com",
      TWILIO_BASE_URL: "http://127.0.0.1:1/",
    },
  });
  assert.deepEqual(env.twilio, {
    accountSid: "AC1",
    authToken: "t",
    from: "+15550100001",
    baseUrl: "http://127.0.0.1:1",
  });
  assert.equal(env.google?.clientEmail, "a@example.com");
  assert.equal(env.resend?.from, "alerts@example.com");
  assert.equal(env.alertEmailTo, "admin@example.com");
});

Deno.test("readEnv() reports a half configured integration without failing", () => {
  const env = readEnv({
    source: { ...COMPLETE, TWILIO_ACCOUNT_SID: "AC1", GOOGLE_SERVICE_ACCOUNT: "{}" },
  });
  assert.equal(env.twilio, undefined);
  assert.equal(env.google, undefined);
  assert.deepEqual(env.integrationProblems, [
    "Twilio is not configured: TWILIO_AUTH_TOKEN is missing",
    "Google Calendar is not configured: GOOGLE_SERVICE_ACCOUNT must be the JSON of a service account " +
    "with client_email and private_key",
  ]);
  const noSender = readEnv({
    source: { ...COMPLETE, TWILIO_ACCOUNT_SID: "AC1", TWILIO_AUTH_TOKEN: "t" },
  });
  assert.deepEqual(noSender.integrationProblems, [
    "Twilio is not configured: TWILIO_FROM or TWILIO_MESSAGING_SERVICE_SID is missing",
  ]);
});
