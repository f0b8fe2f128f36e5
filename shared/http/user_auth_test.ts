import { exportJWK, exportSPKI, generateKeyPair, type JWTPayload, SignJWT } from "jose";
import assert from "node:assert/strict";
import { AppError } from "./errors.ts";
import { user } from "./user_auth.ts";

const USER = "11111111-1111-4111-8111-111111111111";
const SUPABASE_URL = "http://127.0.0.1:9";
const ISSUER = `${SUPABASE_URL}/auth/v1`;

const project = await generateKeyPair("ES256", { extractable: true });
const publicJwk = { ...await exportJWK(project.publicKey), kty: "EC", kid: "k1", alg: "ES256" };
const env = { supabaseUrl: SUPABASE_URL, jwks: { keys: [publicJwk] } };

interface TokenOptions {
  claims?: JWTPayload;
  issuer?: string;
  audience?: string;
  expires?: string;
  alg?: string;
  kid?: string;
  key?: CryptoKey | Uint8Array;
}

function token(options: TokenOptions = {}): Promise<string> {
  const jwt = new SignJWT({ role: "authenticated", sub: USER, ...options.claims })
    .setProtectedHeader({ alg: options.alg ?? "ES256", kid: options.kid ?? "k1" })
    .setIssuer(options.issuer ?? ISSUER)
    .setAudience(options.audience ?? "authenticated")
    .setExpirationTime(options.expires ?? "1h");
  return jwt.sign(options.key ?? project.privateKey);
}

const bearing = (value: string) =>
  new Request("http://localhost/", { headers: { authorization: `Bearer ${value}` } });

async function assertRefused(request: Request, reason: string) {
  await assert.rejects(
    () => user(env).authenticate(request),
    (error) => error instanceof AppError && error.code === "unauthorized" && error.status === 401,
    reason,
  );
}

Deno.test("user() returns the user of a token that the project signed", async () => {
  assert.deepEqual(await user(env).authenticate(bearing(await token())), { userId: USER });
});

Deno.test("user() refuses a request without bearer token", async () => {
  await assertRefused(new Request("http://localhost/"), "no header");
  for (const value of ["", "Basic dTpw", "Bearer", "Bearer sb_secret_x", "Bearer a.b"]) {
    const request = new Request("http://localhost/", { headers: { authorization: value } });
    await assertRefused(request, value);
  }
});

Deno.test("user() refuses a token signed with another key under the project's key id", async () => {
  const attacker = await generateKeyPair("ES256");
  await assertRefused(bearing(await token({ key: attacker.privateKey })), "forged");
});

Deno.test("user() refuses a token whose claims were changed after signing", async () => {
  const [header, , signature] = (await token()).split(".");
  const claims = { sub: USER, iss: ISSUER, aud: "authenticated", exp: 9_999_999_999 };
  await assertRefused(bearing(`${header}.${base64Url(claims)}.${signature}`), "tampered");
});

Deno.test("user() refuses alg none, with and without signature", async () => {
  const claims = { sub: USER, iss: ISSUER, aud: "authenticated", exp: 9_999_999_999 };
  for (const alg of ["none", "None"]) {
    const unsigned = `${base64Url({ alg, kid: "k1" })}.${base64Url(claims)}.`;
    await assertRefused(bearing(unsigned), alg);
    await assertRefused(bearing(`${unsigned}c2ln`), alg);
  }
});

Deno.test("user() refuses HS256 signed with the public key as secret", async () => {
  const secrets = [await exportSPKI(project.publicKey), JSON.stringify(publicJwk)];
  for (const secret of secrets) {
    const key = new TextEncoder().encode(secret);
    await assertRefused(bearing(await token({ alg: "HS256", key })), "HS256");
  }
});

Deno.test("user() looks at the signature of a token once a minute, and at each other token's own", async () => {
  const { verify } = SubtleCrypto.prototype;
  let looks = 0;
  SubtleCrypto.prototype.verify = function (...args) {
    looks++;
    return verify.apply(this, args);
  };
  try {
    let time = Date.now();
    const auth = user(env, { now: () => time });
    const value = await token();
    for (let i = 0; i < 3; i++) {
      assert.deepEqual(await auth.authenticate(bearing(value)), { userId: USER });
    }
    assert.equal(looks, 1);
    await assert.rejects(() => auth.authenticate(bearing(`${value.slice(0, -4)}AAAA`)));
    assert.equal(looks, 2);
    time += 60_000;
    await auth.authenticate(bearing(value));
    assert.equal(looks, 3);
  } finally {
    SubtleCrypto.prototype.verify = verify;
  }
});

Deno.test("user() refuses a token that has expired since it was last taken", async () => {
  let time = Date.now();
  const auth = user(env, { now: () => time });
  const value = bearing(await token({ expires: "30 seconds" }));
  await auth.authenticate(value);
  time += 36_000;
  await assert.rejects(() => auth.authenticate(value), /expired/);
});

Deno.test("user() refuses an expired token and says so", async () => {
  const expired = bearing(await token({ expires: "1 minute ago" }));
  await assert.rejects(() => user(env).authenticate(expired), /expired/);
});

Deno.test("user() refuses another issuer, another audience, and a token that never expires", async () => {
  await assertRefused(
    bearing(await token({ issuer: "https://other.supabase.co/auth/v1" })),
    "issuer",
  );
  await assertRefused(bearing(await token({ audience: "anon" })), "audience");
  const eternal = await new SignJWT({ sub: USER }).setProtectedHeader({ alg: "ES256", kid: "k1" })
    .setIssuer(ISSUER).setAudience("authenticated").sign(project.privateKey);
  await assertRefused(bearing(eternal), "no exp");
});

Deno.test("user() refuses a token that names no user", async () => {
  await assertRefused(bearing(await token({ claims: { sub: "service" } })), "sub is no uuid");
});

Deno.test("user() looks up a key that the environment doesn't list in the published set", async () => {
  const rotated = await generateKeyPair("ES256", { extractable: true });
  const published = { ...await exportJWK(rotated.publicKey), kid: "k2", alg: "ES256" };
  await using server = Deno.serve(
    { port: 0, hostname: "127.0.0.1", onListen: () => {} },
    () => Response.json({ keys: [published] }),
  );
  const supabaseUrl = `http://127.0.0.1:${server.addr.port}`;
  const value = await token({
    key: rotated.privateKey,
    kid: "k2",
    issuer: `${supabaseUrl}/auth/v1`,
  });
  const caller = await user({ ...env, supabaseUrl }).authenticate(bearing(value));
  assert.equal(caller.userId, USER);
});

Deno.test("user() throws auth_unavailable, not 401, when the keys can't be fetched", async () => {
  await assert.rejects(
    async () => user({ supabaseUrl: SUPABASE_URL }).authenticate(bearing(await token())),
    (error) =>
      error instanceof AppError && error.code === "auth_unavailable" && error.status === 503,
  );
});

function base64Url(value: unknown): string {
  return btoa(JSON.stringify(value)).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}
