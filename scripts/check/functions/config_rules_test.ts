import { deepEqual } from "node:assert/strict";
import { configProblems } from "./config_rules.ts";

const sound = {
  entrypoint: "../functions/sms-send/index.ts",
  import_map: "../deno.json",
  verify_jwt: false,
};

Deno.test("configProblems() is content with a folder and its block", () => {
  deepEqual(configProblems(["sms-send"], { "sms-send": sound }), []);
});

Deno.test("configProblems() names a folder without a block, and a block without a folder", () => {
  deepEqual(configProblems(["sms-send"], { "sms-sent": sound }), [
    "functions/sms-send has no block in supabase/config.toml, so the CLI leaves it out silently",
    "[functions.sms-sent] has no functions/sms-sent/index.ts: remove the block or add the function",
  ]);
});

Deno.test("configProblems() demands each setting of a block", () => {
  deepEqual(configProblems(["sms-send"], { "sms-send": {} }), [
    `[functions.sms-send] needs entrypoint = "../functions/sms-send/index.ts"`,
    `[functions.sms-send] needs import_map = "../deno.json"`,
    "[functions.sms-send] must say verify_jwt: without it the platform demands a JWT",
  ]);
});

Deno.test("configProblems() refuses verify_jwt where the caller has no user's JWT", () => {
  const withJwt = { ...sound, verify_jwt: true };
  deepEqual(configProblems(["sms-send"], { "sms-send": withJwt }), [
    "[functions.sms-send] is not called with a user's JWT: set verify_jwt = false",
  ]);
  const agentSave = { ...withJwt, entrypoint: "../functions/agent-save/index.ts" };
  deepEqual(configProblems(["agent-save"], { "agent-save": agentSave }), []);
});

Deno.test("configProblems() refuses a function that is switched off, or whose name is no slug", () => {
  deepEqual(configProblems(["sms-send"], { "sms-send": { ...sound, enabled: false } }), [
    "[functions.sms-send] is switched off",
  ]);
  deepEqual(configProblems(["SMS_send"], {}), [
    "functions/SMS_send: a slug is lower-case words joined by hyphens",
  ]);
});
