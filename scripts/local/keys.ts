/** What identifies one stack: its signing key (ES256, as hosted projects have) and its API keys. */

import {
  calculateJwkThumbprint,
  exportJWK,
  generateKeyPair,
  importJWK,
  type JSONWebKeySet,
  type JWTPayload,
  SignJWT,
} from "jose";
import { z } from "zod";

export type Keys = {
  /** `sb_publishable_…` and `sb_secret_…`: opaque, not JWTs, like hosted API keys. */
  readonly publishableKey: string;
  readonly secretKey: string;
  /** The public half, as served by `/auth/v1/.well-known/jwks.json`. */
  readonly jwks: JSONWebKeySet;
  /** Signs any claims unchanged; used for role tokens, sessions, and forged ones in tests. */
  signJwt(claims: JWTPayload): Promise<string>;
};

export const savedKeysSchema = z.object({
  publishableKey: z.string(),
  secretKey: z.string(),
  signingKey: z.object({
    kty: z.literal("EC"),
    crv: z.string(),
    x: z.string(),
    y: z.string(),
    d: z.string(),
  }),
});
/** Keys in a form that can be saved. The signing key is a private JWK. */
export type SavedKeys = z.infer<typeof savedKeysSchema>;

export async function newKeys(): Promise<SavedKeys> {
  const { privateKey } = await generateKeyPair("ES256", { extractable: true });
  return savedKeysSchema.parse({
    publishableKey: `sb_publishable_${randomText()}`,
    secretKey: `sb_secret_${randomText()}`,
    signingKey: await exportJWK(privateKey),
  });
}

/** The saved keys, by default new ones. */
export async function createKeys(saved?: SavedKeys): Promise<Keys> {
  const { publishableKey, secretKey, signingKey } = saved ?? await newKeys();
  const { d: _, ...jwk } = signingKey;
  const privateKey = await importJWK(signingKey, "ES256");
  const kid = await calculateJwkThumbprint(jwk);
  const header = { alg: "ES256", kid, typ: "JWT" };
  return {
    publishableKey,
    secretKey,
    jwks: { keys: [{ ...jwk, kid, alg: "ES256", use: "sig", key_ops: ["verify"] }] },
    signJwt: (claims) => new SignJWT(claims).setProtectedHeader(header).sign(privateKey),
  };
}

/** 32 characters from a CSPRNG that are valid in a URL and a shell word. */
export function randomText(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
