import { z } from "zod";
import type { GoogleEnv } from "../env/integrations.ts";
import { ServiceError } from "../http/errors.ts";
import { exchange, refused, type ServiceRequest, unexpected } from "../http/transport.ts";

export interface AssertionOptions {
  clientEmail: string;
  /** PEM, PKCS #8. */
  privateKey: string;
  /** The token endpoint. */
  audience: string;
  scopes: readonly string[];
  now: Date;
}

/** Google accepts no longer lifetime. */
const LIFETIME_SECONDS = 3600;

/** A JWT (RS256) to exchange for an access token. On Web Crypto: tool endpoints need no JWT library for one signature. */
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
      "Cannot read the service account's private_key: it is not the PEM of a private key",
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

/** Access tokens of the service account. */
export interface TokenSource {
  /** A token that is valid for another minute at least. Throws ServiceError. */
  get(): Promise<string>;
  /** Google rejected the token: the next `get` asks for a new one. */
  forget(): void;
}

export interface TokenSourceOptions {
  fetch?: typeof globalThis.fetch;
  /** Clock in milliseconds since 1970. */
  now?: () => number;
}

/** Events: write and list them. Freebusy: see when somebody is busy, nothing more. */
const SCOPES = [
  "https://www.googleapis.com/auth/calendar.events",
  "https://www.googleapis.com/auth/calendar.freebusy",
];
const MARGIN_MS = 60_000;

const tokenSchema = z.object({ access_token: z.string(), expires_in: z.number() });
const errorSchema = z.object({ error: z.string() });

/** Creates a source that caches its token, and requests it once for all who wait for it. */
export function createTokenSource(
  env: GoogleEnv,
  { fetch, now = Date.now }: TokenSourceOptions,
): TokenSource {
  let current: { token: string; until: number } | null = null;
  let pending: Promise<string> | null = null;

  async function ask(): Promise<string> {
    const askedAt = now();
    const answer = await requestToken(env, new Date(askedAt), fetch);
    current = { token: answer.access_token, until: askedAt + answer.expires_in * 1000 - MARGIN_MS };
    return current.token;
  }

  return {
    async get() {
      if (current !== null && current.until > now()) return current.token;
      pending ??= ask().finally(() => pending = null);
      return await pending;
    },
    forget() {
      current = null;
    },
  };
}

async function requestToken(
  env: GoogleEnv,
  now: Date,
  fetch: typeof globalThis.fetch | undefined,
): Promise<z.infer<typeof tokenSchema>> {
  const assertion = await signAssertion({
    clientEmail: env.clientEmail,
    privateKey: env.privateKey,
    audience: env.tokenUri,
    scopes: SCOPES,
    now,
  });
  const request: ServiceRequest = {
    service: "google",
    method: "POST",
    url: env.tokenUri,
    headers: {},
    body: new URLSearchParams({
      grant_type: "urn:ietf:params:oauth:grant-type:jwt-bearer",
      assertion,
    }),
  };
  const { status, body } = await exchange(request, fetch === undefined ? {} : { fetch });
  if (status >= 300) {
    const error = errorSchema.safeParse(body);
    throw refused(request, status, error.success ? error.data.error : String(status));
  }
  const token = tokenSchema.safeParse(body);
  if (!token.success) throw unexpected(request, status, token.error);
  return token.data;
}

/**
 * The promise's result, or a ServiceError once the signal aborts. The token is requested on behalf of everybody who waits for it,
 * so a caller that gives up does not cancel the request.
 */
export async function unlessAborted<T>(
  promise: Promise<T>,
  signal: AbortSignal | undefined,
): Promise<T> {
  if (signal === undefined) return await promise;
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const onAbort = () =>
    reject(
      new ServiceError("Google did not hand out a token in time", {
        service: "google",
        status: null,
        code: "aborted",
        retryable: true,
        outcomeUnknown: false,
        cause: signal.reason,
      }),
    );
  if (signal.aborted) onAbort();
  signal.addEventListener("abort", onAbort, { once: true });
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    signal.removeEventListener("abort", onAbort);
  }
}
