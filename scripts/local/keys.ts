/** What identifies one stack: its signing key (ES256, as hosted projects have) and its API keys. */

import {
  calculateJwkThumbprint,
  exportJWK,
  generateKeyPair,
  type JSONWebKeySet,
  type JWTPayload,
  SignJWT,
} from "jose";

export type Keys = {
  /** `sb_publishable_…` and `sb_secret_…`: opaque, not JWTs, as hosted API keys are. */
  readonly publishableKey: string;
  readonly secretKey: string;
  /** The public half, as `/auth/v1/.well-known/jwks.json` serves it. */
  readonly jwks: JSONWebKeySet;
  /** Signs any claims as they are; used for role tokens, sessions, and forged ones in tests. */
  signJwt(claims: JWTPayload): Promise<string>;
};

export async function createKeys(): Promise<Keys> {
  const { privateKey, publicKey } = await generateKeyPair("ES256", { extractable: true });
  const jwk = await exportJWK(publicKey);
  const kid = await calculateJwkThumbprint(jwk);
  const header = { alg: "ES256", kid, typ: "JWT" };
  return {
    publishableKey: `sb_publishable_${randomText()}`,
    secretKey: `sb_secret_${randomText()}`,
    jwks: { keys: [{ ...jwk, kid, alg: "ES256", use: "sig", key_ops: ["verify"] }] },
    signJwt: (claims) => new SignJWT(claims).setProtectedHeader(header).sign(privateKey),
  };
}

/** 32 characters from a CSPRNG that can stand in a URL or a shell word. */
export function randomText(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
