import { exportPKCS8, generateKeyPair, jwtVerify } from "jose";
import assert from "node:assert/strict";
import { signAssertion } from "./token.ts";

Deno.test("signAssertion() makes what Google demands: RS256, issuer, audience, scope, an hour at most", async () => {
  const { privateKey, publicKey } = await generateKeyPair("RS256", { extractable: true });
  const now = new Date("2026-11-24T12:00:00.700Z");
  const assertion = await signAssertion({
    clientEmail: "booking@example-project.iam.gserviceaccount.com",
    privateKey: await exportPKCS8(privateKey),
    audience: "https://oauth2.example.com/token",
    scopes: ["scope.a", "scope.b"],
    now,
  });
  const { payload, protectedHeader } = await jwtVerify(assertion, publicKey, {
    algorithms: ["RS256"],
    currentDate: now,
  });
  const iat = Math.floor(now.getTime() / 1000);
  assert.deepEqual(protectedHeader, { alg: "RS256", typ: "JWT" });
  assert.deepEqual(payload, {
    iss: "booking@example-project.iam.gserviceaccount.com",
    scope: "scope.a scope.b",
    aud: "https://oauth2.example.com/token",
    iat,
    exp: iat + 3600,
  });
});

Deno.test("signAssertion() throws for a key that is not PEM, without repeating it", async () => {
  const options = { clientEmail: "a", audience: "b", scopes: [], now: new Date() };
  await assert.rejects(
    signAssertion({ ...options, privateKey: "my secret" }),
    (error) => error instanceof TypeError && !error.message.includes("my secret"),
  );
});
