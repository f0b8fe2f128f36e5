import assert from "node:assert/strict";
import { secretKey } from "./project.ts";

type Key = { name: string; type: string; api_key: string | null };

function chosenOf(keys: Key[]): Promise<string | null> {
  return secretKey({ run: () => Promise.resolve({ keys, message: "" }) }, "abcdefghijklmnopqrst");
}

const legacy = { name: "service_role", type: "legacy", api_key: "legacy" };
const other = { name: "other", type: "secret", api_key: "sb_secret_other" };
const standard = { name: "default", type: "secret", api_key: "sb_secret_default" };
const automations = { name: "automations", type: "secret", api_key: "sb_secret_automations" };

Deno.test("secretKey() prefers the key for automations, then the default, then any, then the legacy one", async () => {
  assert.equal(await chosenOf([legacy, other, standard, automations]), "sb_secret_automations");
  assert.equal(await chosenOf([legacy, other, standard]), "sb_secret_default");
  assert.equal(await chosenOf([legacy, other]), "sb_secret_other");
  assert.equal(await chosenOf([legacy]), "legacy");
  assert.equal(await chosenOf([]), null);
});

Deno.test("secretKey() never takes a key that is shown only in part", async () => {
  assert.equal(await chosenOf([{ ...standard, api_key: "sb_secret_abcd····" }]), null);
});
