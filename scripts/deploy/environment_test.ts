import assert from "node:assert/strict";
import { checkEnvironment } from "./environment.ts";

const required = {
  VAPI_PRIVATE_KEY: "key",
  VAPI_WEBHOOK_SECRET: "0123456789abcdef0123456789abcdef",
};
const known = [...Object.keys(required), "TWILIO_ACCOUNT_SID", "BACKEND_URL", "VAPI_BASE_URL"];
const projectUrl = "https://abcdefghijklmnopqrst.supabase.co";

function check(
  variables: Record<string, string>,
  { present = [], url = projectUrl }: { present?: string[]; url?: string } = {},
): ReturnType<typeof checkEnvironment> {
  return checkEnvironment({ variables, present, known, projectUrl: url });
}

Deno.test("checkEnvironment() passes on what is set, and keeps the Vault's key to the Vault", () => {
  assert.deepEqual(
    check({
      ...required,
      BACKEND_URL: "",
      VAULT_SECRET_KEY: "sb_secret_a",
      VAULT_PROJECT_URL: "x",
    }),
    { secrets: required, secretKey: "sb_secret_a", problems: [], warnings: [] },
  );
});

Deno.test("checkEnvironment() demands what functions demand, unless the project has it already", () => {
  assert.deepEqual(check({ VAPI_PRIVATE_KEY: " " }).problems, [
    "VAPI_PRIVATE_KEY is missing",
    "VAPI_WEBHOOK_SECRET is missing",
  ]);
  assert.deepEqual(check({}, { present: ["VAPI_PRIVATE_KEY"] }).problems, [
    "VAPI_WEBHOOK_SECRET is missing",
  ]);
  assert.deepEqual(check({}, { present: Object.keys(required) }).problems, []);
});

Deno.test("checkEnvironment() refuses names that only the platform may set", () => {
  const { secrets, problems } = check({ ...required, SUPABASE_SERVICE_ROLE_KEY: "value" });
  assert.deepEqual(secrets, required);
  assert.match(problems.join(), /^SUPABASE_SERVICE_ROLE_KEY cannot be a secret/);
  assert.doesNotMatch(problems.join(), /value/);
});

Deno.test("checkEnvironment() refuses URLs of this machine for a hosted project", () => {
  const local = { ...required, BACKEND_URL: "https://localhost:54321/functions/v1" };
  assert.deepEqual(check(local).problems, [
    "BACKEND_URL points to this machine, which a hosted project cannot reach",
  ]);
  assert.deepEqual(check(local, { url: "http://127.0.0.1:1" }).problems, []);
  assert.deepEqual(check({ ...required, VAPI_BASE_URL: "https://vapi.example.com" }).problems, []);
});

Deno.test("checkEnvironment() warns of misspelt names and of half configured integrations", () => {
  const { problems, warnings } = check({ ...required, TWILIO_ACCOUNT_SID: "AC1", VAPI_KEY: "k" });
  assert.deepEqual(problems, []);
  assert.match(warnings[0] ?? "", /^Twilio is not configured: TWILIO_AUTH_TOKEN is missing/);
  assert.match(warnings[1] ?? "", /^VAPI_KEY is not among the variables of \.env\.example/);
});
