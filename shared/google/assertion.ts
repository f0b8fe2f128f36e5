/** Signed assertions of a service account: https://developers.google.com/identity/protocols/oauth2/service-account */

export interface AssertionOptions {
  clientEmail: string;
  /** PEM, PKCS #8. */
  privateKey: string;
  /** The token endpoint. */
  audience: string;
  scopes: readonly string[];
  now: Date;
}

/** Google accepts no longer life. */
const LIFETIME_SECONDS = 3600;

/** A JWT (RS256) to be exchanged for an access token. On Web Crypto: tool endpoints need no JWT library for one signature. */
export async function signAssertion(options: AssertionOptions): Promise<string> {
  const issuedAt = Math.floor(options.now.getTime() / 1000);
  const unsigned = [
    { alg: "RS256", typ: "JWT" },
    {
      iss: options.clientEmail,
      scope: options.scopes.join(" "),
      aud: options.audience,
      iat: issuedAt,
      exp: issuedAt + LIFETIME_SECONDS,
    },
  ].map((part) => base64Url(new TextEncoder().encode(JSON.stringify(part)))).join(".");
  const signature = await crypto.subtle.sign(
    "RSASSA-PKCS1-v1_5",
    await importKey(options.privateKey),
    new TextEncoder().encode(unsigned),
  );
  return `${unsigned}.${base64Url(new Uint8Array(signature))}`;
}

/** Throws TypeError for anything but a PEM of PKCS #8. */
async function importKey(pem: string): Promise<CryptoKey> {
  const base64 = /-----BEGIN PRIVATE KEY-----([\s\S]+?)-----END PRIVATE KEY-----/.exec(pem)?.[1];
  if (base64 === undefined) {
    throw new TypeError(
      "Cannot read the service account's private_key: it is no PEM of a private key",
    );
  }
  const der = Uint8Array.from(atob(base64.replaceAll(/\s/g, "")), (char) => char.charCodeAt(0));
  const algorithm = { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256" };
  return await crypto.subtle.importKey("pkcs8", der, algorithm, false, ["sign"]);
}

function base64Url(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes)).replaceAll("+", "-").replaceAll("/", "_")
    .replace(/=+$/, "");
}
