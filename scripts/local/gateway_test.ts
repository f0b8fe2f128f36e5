import assert from "node:assert/strict";
import { createKeys } from "./keys.ts";
import { withStack } from "../tests/support/with_stack.ts";
import { eventually } from "../tests/support/eventually.ts";

const password = "correct horse";

Deno.test("gateway", async (t) => {
  await withStack(async (stack) => {
    const { apiUrl, functionsUrl, publishableKey, secretKey, sql } = stack;
    await sql.unsafe(`
      create function public.who() returns text language sql as 'select current_role::text';
      grant execute on function public.who() to anon, authenticated, service_role;
      notify pgrst, 'reload schema'`);
    const { userId } = await stack.signUp({ email: "owner@example.com", password });
    const { accessToken } = await stack.signIn("owner@example.com", password);
    const who = (headers: HeadersInit) => fetch(`${apiUrl}/rest/v1/rpc/who`, { headers });
    await eventually(
      "PostgREST knows the function",
      async () => (await (await who({ apikey: secretKey })).text()) === '"service_role"',
    );

    await t.step("an API key acts as its role", async () => {
      assert.equal(await (await who({ apikey: publishableKey })).text(), '"anon"');
      assert.equal(await (await who({ apikey: secretKey })).text(), '"service_role"');
    });

    await t.step("a user's token beats the role of the API key", async () => {
      const headers = { apikey: publishableKey, authorization: `Bearer ${accessToken}` };
      assert.equal(await (await who(headers)).text(), '"authenticated"');
    });

    await t.step("a missing, an unknown and a forged credential are refused", async () => {
      const forged = await forge();
      for (
        const headers of [
          {},
          { apikey: "sb_secret_unknown" },
          { authorization: `Bearer ${secretKey}` },
          { apikey: publishableKey, authorization: `Bearer ${forged}` },
        ]
      ) {
        const response = await who(headers);
        await response.body?.cancel();
        assert.equal(response.status, 401);
      }
    });

    await t.step(
      "verify_jwt accepts a user's token and refuses none, keys and forgeries",
      async () => {
        const call = async (headers: Record<string, string>) => {
          const response = await fetch(`${functionsUrl}/echo`, { headers });
          await response.body?.cancel();
          return response.status;
        };
        assert.equal(await call({ authorization: `Bearer ${accessToken}` }), 200);
        assert.equal(await call({}), 401);
        assert.equal(await call({ apikey: secretKey }), 401);
        assert.equal(await call({ authorization: `Bearer ${secretKey}` }), 401);
        assert.equal(await call({ authorization: `Bearer ${await forge()}` }), 401);
      },
    );

    await t.step("an expired token is refused by PostgREST and by verify_jwt", async () => {
      const token = await stack.signJwt({ sub: userId, role: "authenticated", exp: 1 });
      const headers = { apikey: publishableKey, authorization: `Bearer ${token}` };
      for (const url of [`${apiUrl}/rest/v1/rpc/who`, `${functionsUrl}/echo`]) {
        const response = await fetch(url, { headers });
        await response.body?.cancel();
        assert.equal(response.status, 401);
      }
    });
  });
});

/** A well-formed ES256 token of a key that isn't the stack's. */
async function forge(): Promise<string> {
  const { signJwt } = await createKeys();
  return signJwt({ role: "service_role", exp: Math.floor(Date.now() / 1000) + 600 });
}
