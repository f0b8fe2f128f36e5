/** Access tokens that must not admit anybody, named after what is wrong with them. */
import {
  base64url,
  exportJWK,
  exportSPKI,
  generateKeyPair,
  importJWK,
  type JWK,
  type JWTHeaderParameters,
  type JWTPayload,
  SignJWT,
} from "jose";
import type { Stack } from "../../local/stack.ts";

export interface ForgedToken {
  readonly name: string;
  readonly token: string;
}

type Signer = Pick<Stack, "apiUrl" | "publishableKey" | "secretKey" | "signJwt">;

/** The claims of a session as the auth server issues it. */
export function sessionClaims({ apiUrl }: Pick<Stack, "apiUrl">, userId: string): JWTPayload {
  const now = Math.floor(Date.now() / 1000);
  return {
    iss: `${apiUrl}/auth/v1`,
    sub: userId,
    aud: "authenticated",
    role: "authenticated",
    iat: now,
    exp: now + 3600,
    session_id: crypto.randomUUID(),
  };
}

/** Not signed by the project's key, or no longer valid: neither a function nor PostgREST accepts them. */
export async function forgedTokens(stack: Signer, userId: string): Promise<ForgedToken[]> {
  const claims = sessionClaims(stack, userId);
  const valid = await stack.signJwt(claims);
  const [header = "", payload = "", signature = ""] = valid.split(".");
  const publicKey = await publishedKey(stack);
  const kid = publicKey.kid ?? "";
  const own = await generateKeyPair("ES256", { extractable: true });
  const ownRsa = await generateKeyPair("RS256");
  const now = Math.floor(Date.now() / 1000);

  const signed = (
    protectedHeader: JWTHeaderParameters,
    key: Parameters<SignJWT["sign"]>[0] = own.privateKey,
  ) => new SignJWT(claims).setProtectedHeader(protectedHeader).sign(key);
  const encoded = (value: unknown) => base64url.encode(JSON.stringify(value));
  const admin = encoded({ ...claims, role: "service_role" });
  const spki = await exportSPKI(await importKey(publicKey));

  return [
    {
      name: "signed by another key under the right key id",
      token: await signed({ alg: "ES256", kid }),
    },
    {
      name: "signed by another key under its own id",
      token: await signed({ alg: "ES256", kid: "x" }),
    },
    { name: "signed by another key without an id", token: await signed({ alg: "ES256" }) },
    {
      name: "brings its own key along",
      token: await signed({ alg: "ES256", kid, jwk: await exportJWK(own.publicKey) }),
    },
    {
      name: "names a key set elsewhere",
      token: await signed({ alg: "ES256", kid, jku: "https://elsewhere.example.com/jwks.json" }),
    },
    { name: "signed with RSA", token: await signed({ alg: "RS256", kid }, ownRsa.privateKey) },
    ...await Promise.all(
      [
        ["the published key's JSON", JSON.stringify(publicKey)],
        ["the published key's PEM", spki],
        ["the published key's x", publicKey.x ?? ""],
        ["the publishable API key", stack.publishableKey],
        ["nothing but zeros", "\0".repeat(32)],
      ].map(async ([name, secret = ""]) => ({
        name: `HS256 with ${name}`,
        token: await signed({ alg: "HS256", kid }, new TextEncoder().encode(secret)),
      })),
    ),
    ...["none", "None", "NONE", "nOnE"].map((alg) => ({
      name: `alg: ${alg}`,
      token: `${encoded({ alg, typ: "JWT", kid })}.${payload}.`,
    })),
    {
      name: "alg: none with a signature",
      token: `${encoded({ alg: "none" })}.${payload}.${signature}`,
    },
    { name: "claims changed after signing", token: `${header}.${admin}.${signature}` },
    { name: "without its signature", token: `${header}.${payload}.` },
    { name: "with half its signature", token: `${header}.${payload}.${signature.slice(0, 43)}` },
    {
      name: "with a signature of zeros",
      token: `${header}.${payload}.${base64url.encode(new Uint8Array(64))}`,
    },
    {
      name: "expired",
      token: await stack.signJwt({ ...claims, iat: now - 7200, exp: now - 3600 }),
    },
    { name: "not valid yet", token: await stack.signJwt({ ...claims, nbf: now + 3600 }) },
    { name: "no JWT at all", token: "not-a-token" },
    { name: "two parts", token: `${header}.${payload}` },
    { name: "empty parts", token: ".." },
    { name: "a publishable key", token: stack.publishableKey },
    { name: "a secret key", token: stack.secretKey },
  ];
}

/** Signed by the project's key, but not for a user of this project's API. A function checks that; PostgREST does not. */
export async function misusedTokens(stack: Signer, userId: string): Promise<ForgedToken[]> {
  const claims = sessionClaims(stack, userId);
  const without = (name: string) =>
    Object.fromEntries(Object.entries(claims).filter(([key]) => key !== name));
  const cases: [string, JWTPayload][] = [
    ["for another audience", { ...claims, aud: "anon" }],
    ["for no audience", without("aud")],
    ["for other audiences", { ...claims, aud: ["storage", "realtime"] }],
    ["from another issuer", { ...claims, iss: "https://elsewhere.example.com/auth/v1" }],
    ["from the issuer's subpath", { ...claims, iss: `${claims.iss}/` }],
    ["from no issuer", without("iss")],
    ["that never expires", without("exp")],
    ["of nobody", without("sub")],
    ["of somebody who has no id", { ...claims, sub: "admin" }],
    ["of a role and not of a user", {
      iss: "supabase",
      role: "service_role",
      exp: claims.exp ?? 0,
    }],
  ];
  return await Promise.all(
    cases.map(async ([name, each]) => ({ name, token: await stack.signJwt(each) })),
  );
}

async function publishedKey({ apiUrl }: Signer): Promise<JWK> {
  const response = await fetch(`${apiUrl}/auth/v1/.well-known/jwks.json`);
  const { keys }: { keys: JWK[] } = await response.json();
  if (keys[0] === undefined) throw new Error("The project publishes no key");
  return keys[0];
}

async function importKey(jwk: JWK): Promise<CryptoKey> {
  const key = await importJWK({ ...jwk, ext: true }, "ES256", { extractable: true });
  if (key instanceof Uint8Array) throw new TypeError("The published key is symmetric");
  return key;
}
