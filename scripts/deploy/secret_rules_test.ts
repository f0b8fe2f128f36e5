import assert from "node:assert/strict";
import { secretProblems } from "./secret_rules.ts";

const SECRET = "0123456789abcdef0123456789abcdef";
const problems = (variables: Record<string, string>, isHosted = true) =>
  secretProblems(variables, { isHosted });

Deno.test("secretProblems() has nothing against keys as the services give them", () => {
  assert.deepEqual(
    problems({
      VAPI_WEBHOOK_SECRET: SECRET,
      METRICS_TOKEN: SECRET.replaceAll("a", "b"),
      VAPI_PRIVATE_KEY: "8f14e45f-ceea-467f-a8d7-1d2c5b1a4a11",
      TWILIO_AUTH_TOKEN: "",
      BACKEND_URL: "https://api.example.com/functions/v1",
      ALERT_EMAIL_FROM: "Alerts <alerts@example.com>",
    }),
    [],
  );
});

Deno.test("secretProblems() refuses a secret that somebody made up of fewer than 32 visible characters", () => {
  for (const secret of [SECRET.slice(1), "a".padEnd(40, " ").slice(0, 40) + "b", "short"]) {
    for (const name of ["VAPI_WEBHOOK_SECRET", "METRICS_TOKEN"]) {
      assert.match(
        problems({ [name]: secret }).join(),
        new RegExp(`${name} must have at least 32 characters`),
      );
    }
  }
});

Deno.test("secretProblems() refuses a webhook secret that is another key too", () => {
  for (
    const name of [
      "VAPI_PRIVATE_KEY",
      "VAULT_SECRET_KEY",
      "TWILIO_AUTH_TOKEN",
      "VAPI_WEBHOOK_SECRET_PREVIOUS",
    ]
  ) {
    assert.deepEqual(problems({ VAPI_WEBHOOK_SECRET: SECRET, [name]: SECRET }), [
      `VAPI_WEBHOOK_SECRET is the same as ${name}: whoever has one would have the other`,
    ]);
  }
});

Deno.test("secretProblems() refuses a token of the metrics that opens something else too", () => {
  for (const name of ["VAPI_PRIVATE_KEY", "VAULT_SECRET_KEY", "RESEND_API_KEY"]) {
    assert.deepEqual(problems({ METRICS_TOKEN: SECRET, [name]: SECRET }), [
      `METRICS_TOKEN is the same as ${name}: whoever has one would have the other`,
    ]);
  }
  assert.equal(problems({ METRICS_TOKEN: SECRET, VAPI_WEBHOOK_SECRET: SECRET }).length, 1);
});

Deno.test("secretProblems() refuses blanks, quotes that are no ASCII, and what belongs to the header", () => {
  for (const value of [`${SECRET} `, `\t${SECRET}`, `${SECRET}\n`, `${SECRET} b`, `“${SECRET}”`]) {
    assert.match(
      problems({ VAPI_WEBHOOK_SECRET: value }).join(),
      /contains a blank/,
      JSON.stringify(value),
    );
  }
  for (const value of ["Bearer abc", "bearer abc"]) {
    assert.match(problems({ VAPI_PRIVATE_KEY: value }).join(), /begins with "Bearer"/);
  }
});

Deno.test("secretProblems() refuses plain http where secrets travel to a hosted project", () => {
  for (const name of ["BACKEND_URL", "VAPI_BASE_URL"]) {
    const variables = { [name]: "http://api.example.com" };
    assert.deepEqual(problems(variables), [`${name} must begin with https: secrets travel there`]);
    assert.deepEqual(problems(variables, false), []);
  }
});

Deno.test("secretProblems() never repeats a value", () => {
  const said = problems({ VAPI_WEBHOOK_SECRET: "hunter2 ", VAPI_PRIVATE_KEY: "Bearer hunter2" });
  assert.doesNotMatch(said.join(), /hunter2/);
});
