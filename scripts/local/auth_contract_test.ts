import { createClient } from "@supabase/supabase-js";
import { createRemoteJWKSet, jwtVerify } from "jose";
import assert from "node:assert/strict";
import { type ApiContract, withApi } from "../tests/support/contract.ts";
import { createKeys } from "./keys.ts";

const password = "correct horse battery";

Deno.test("auth", async (t) => {
  await withApi(async (api) => {
    const { apiUrl, publishableKey, secretKey } = api;
    const admin = client(api, secretKey);
    const user = client(api, publishableKey);
    const email = `contract-${crypto.randomUUID()}@example.com`;
    const whoAmI = (token: string) =>
      fetch(`${apiUrl}/auth/v1/user`, {
        headers: { apikey: publishableKey, authorization: `Bearer ${token}` },
      });

    const created = await admin.auth.admin.createUser({ email, password, email_confirm: true });
    const id = created.data.user?.id;

    await t.step(
      "the admin API creates a user, once per e-mail, with the secret key only",
      async () => {
        assert.equal(created.error, null);
        assert.equal(created.data.user?.email, email);
        const again = await admin.auth.admin.createUser({ email, password, email_confirm: true });
        assert.equal(again.error?.code, "email_exists");
        const refused = await user.auth.admin.createUser({ email: `x-${email}`, password });
        assert.ok(refused.error);
      },
    );

    await t.step("nobody signs up by themselves", async () => {
      const { error } = await user.auth.signUp({ email: `new-${email}`, password });
      assert.deepEqual([error?.status, error?.code], [422, "signup_disabled"]);
    });

    const signedIn = await user.auth.signInWithPassword({ email, password });
    const token = signedIn.data.session?.access_token ?? "";

    await t.step("a wrong password and an unknown e-mail get the same refusal", async () => {
      const other = client(api, publishableKey);
      for (const wrong of [{ email, password: "wrong" }, { email: `no-${email}`, password }]) {
        const { error } = await other.auth.signInWithPassword(wrong);
        assert.equal(error?.code, "invalid_credentials");
        assert.equal(error?.status, 400);
      }
    });

    await t.step("the access token is signed with a key of the published JWKS", async () => {
      const jwks = createRemoteJWKSet(new URL(`${apiUrl}/auth/v1/.well-known/jwks.json`));
      const { payload, protectedHeader } = await jwtVerify(token, jwks, {
        issuer: `${apiUrl}/auth/v1`,
        audience: "authenticated",
        algorithms: ["ES256", "RS256"],
      });
      assert.ok(protectedHeader.kid);
      assert.equal(payload.sub, id);
      assert.equal(payload.role, "authenticated");
      assert.equal(payload.email, email);
      assert.equal((payload.exp ?? 0) - (payload.iat ?? 0), 3600);
    });

    await t.step("PostgREST accepts the same token", async () => {
      const response = await fetch(`${apiUrl}/rest/v1/organizations?select=id`, {
        headers: { apikey: publishableKey, authorization: `Bearer ${token}` },
      });
      assert.equal(response.status, 200);
      assert.deepEqual(await response.json(), []);
    });

    await t.step("GET /user tells whose token it is, and refuses a forged one", async () => {
      const response = await whoAmI(token);
      assert.equal(response.status, 200);
      assert.equal((await response.json()).id, id);
      const { signJwt } = await createKeys();
      const now = Math.floor(Date.now() / 1000);
      const claims = {
        iss: `${apiUrl}/auth/v1`,
        aud: "authenticated",
        sub: id ?? "",
        exp: now + 600,
      };
      const forged = await whoAmI(await signJwt(claims));
      assert.equal(forged.status, 403);
      await forged.body?.cancel();
    });

    await t.step("a refresh token gets a new session", async () => {
      const refreshToken = signedIn.data.session?.refresh_token ?? "";
      const { data, error } = await user.auth.refreshSession({ refresh_token: refreshToken });
      assert.equal(error, null);
      assert.equal(data.user?.id, id);
      assert.notEqual(data.session?.refresh_token, refreshToken);
    });

    await t.step("no answer without an API key", async () => {
      const response = await fetch(`${apiUrl}/auth/v1/user`);
      assert.equal(response.status, 401);
      await response.body?.cancel();
    });
  });
});

function client({ apiUrl }: ApiContract, key: string) {
  return createClient(apiUrl, key, { auth: { autoRefreshToken: false, persistSession: false } });
}
