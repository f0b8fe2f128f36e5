import assert from "node:assert/strict";
import { prepareCatalogue } from "../../shared/assistants/catalogue.ts";
import { catalogue } from "../../shared/tools/catalogue.ts";
import { checkEndpoints } from "./check_endpoints.ts";

const [tool] = await prepareCatalogue(catalogue.slice(0, 1), {
  backendUrl: "https://backend.example.test/functions/v1",
  webhookSecret: "s3cret",
});

/** Findings for an endpoint that answers like this without and with the secret. */
async function check(without: number | Error, withSecret: number = 200): Promise<string[]> {
  const answer: typeof fetch = (_url, init) => {
    if (without instanceof Error) return Promise.reject(without);
    const secret = new Headers(init?.headers).get("x-vapi-secret");
    return Promise.resolve(
      new Response(null, { status: secret === "s3cret" ? withSecret : without }),
    );
  };
  return (await checkEndpoints([tool!], answer)).map(({ code }) => code);
}

Deno.test("checkEndpoints() is content with an endpoint that asks for the secret and takes it", async () => {
  assert.deepEqual(await check(401), []);
});

Deno.test("checkEndpoints() finds an endpoint that is not there, fails, or can't be reached", async () => {
  assert.deepEqual(await check(404), ["unreachable"]);
  assert.deepEqual(await check(503), ["unreachable"]);
  assert.deepEqual(await check(new TypeError("dns error")), ["unreachable"]);
});

Deno.test("checkEndpoints() finds an endpoint that answers anybody", async () => {
  assert.deepEqual(await check(200), ["unprotected"]);
});

Deno.test("checkEndpoints() finds an endpoint that refuses what Vapi sends", async () => {
  assert.deepEqual(await check(401, 401), ["unauthorized"]);
});
