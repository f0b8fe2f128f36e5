import { AppError } from "../http/errors.ts";
import { hmac, type HmacAlgorithm, matchesAny, timingSafeEqual, toHex } from "../hash.ts";

export interface WebhookOptions {
  /** Secrets that are accepted: the current one and, during a rotation, the previous one. */
  secrets: readonly string[];
  /** The time of the request. */
  now: Date;
}

/** How far the timestamp of a signature may be off. */
const WINDOW_MS = 5 * 60_000;

/**
 * Lets through only requests that carry the webhook's secret; throws `unauthorized` otherwise. Vapi can be set up to
 * prove it in three ways:
 *
 * - `x-vapi-secret: <secret>`: from a tool's `server.headers`, or the older `server.secret`;
 * - `authorization: Bearer <secret>`: a bearer credential;
 * - `x-signature`, `x-timestamp`: an HMAC credential, the digest of `{timestamp}.{body}` keyed with the secret.
 *
 * Of the first and the last, each that is there must be right: a wrong one is refused, whatever else the request
 * carries. The bearer token counts only where neither is there, as gateways put tokens of their own into that header.
 */
export async function verifyWebhook(
  request: Request,
  rawBody: string,
  { secrets, now }: WebhookOptions,
): Promise<void> {
  const signature = request.headers.get("x-signature");
  const header = request.headers.get("x-vapi-secret");
  const bearer = withoutBearer(request.headers.get("authorization"));
  if (signature === null && header === null) {
    if (bearer === null) throw unauthorized("The request carries no webhook secret");
    if (!await matchesAny(bearer, secrets)) {
      throw unauthorized("The bearer token is not the secret");
    }
    return;
  }
  if (signature !== null) {
    const timestamp = request.headers.get("x-timestamp") ?? "";
    await verifySignature({ signature, timestamp, rawBody }, { secrets, now });
  }
  if (header !== null && !await matchesAny(withoutBearer(header) ?? header, secrets)) {
    throw unauthorized("The header x-vapi-secret is not the secret");
  }
}

interface SignedRequest {
  signature: string;
  /** As sent: this text is what was signed. */
  timestamp: string;
  rawBody: string;
}

async function verifySignature(
  { signature, timestamp, rawBody }: SignedRequest,
  { secrets, now }: WebhookOptions,
): Promise<void> {
  const sentAt = readTimestamp(timestamp);
  if (sentAt === null) throw unauthorized("The header x-timestamp is missing or unreadable");
  if (Math.abs(now.getTime() - sentAt) > WINDOW_MS) {
    throw unauthorized("The signature's timestamp is more than 5 minutes off");
  }
  const given = readSignature(signature);
  if (given === null) throw unauthorized("The header x-signature is unreadable");
  const matches = await Promise.all(
    secrets.filter((secret) => secret !== "").map(async (secret) => {
      const expected = toHex(await hmac(given.algorithm, secret, `${timestamp}.${rawBody}`));
      return await timingSafeEqual(expected, given.hex);
    }),
  );
  if (!matches.includes(true)) throw unauthorized("The signature doesn't match the body");
}

/** Milliseconds since 1970. Vapi doesn't document the unit, so both are read: seconds have ten digits until 2286. */
function readTimestamp(text: string): number | null {
  if (!/^\d{9,14}(\.\d{1,9})?$/.test(text)) return null;
  const value = Number(text);
  return value < 1e11 ? value * 1_000 : value;
}

function withoutBearer(header: string | null): string | null {
  return /^Bearer +(.+)$/i.exec(header ?? "")?.[1] ?? null;
}

function unauthorized(message: string): AppError {
  return new AppError("unauthorized", message);
}

interface WebhookSignature {
  algorithm: HmacAlgorithm;
  /** The digest in lower-case hex. */
  hex: string;
}

const ALGORITHM_BY_BYTES: ReadonlyMap<number, HmacAlgorithm> = new Map([
  [20, "sha1"],
  [32, "sha256"],
  [64, "sha512"],
]);

/** `sha256=`, `v1=` and the like: a name and an equals sign that isn't the padding of base64. */
const PREFIX = /^[a-z0-9]{1,16}=(?!=?$)/i;

/**
 * Reads a signature header: hex or base64 (also of the URL-safe alphabet), with or without a prefix. Its length tells the
 * algorithm, so that none has to be configured here as well as at Vapi. Null if it is no digest.
 */
function readSignature(header: string): WebhookSignature | null {
  const text = header.trim().replace(PREFIX, "");
  const bytes = readHex(text) ?? readBase64(text);
  const algorithm = ALGORITHM_BY_BYTES.get(bytes?.length ?? 0);
  return bytes === null || algorithm === undefined ? null : { algorithm, hex: toHex(bytes) };
}

/** Only of the lengths of digests: any other text of these characters is base64. */
function readHex(text: string): Uint8Array | null {
  if (!/^([\da-f]{40}|[\da-f]{64}|[\da-f]{128})$/i.test(text)) return null;
  return Uint8Array.from(text.match(/../g) ?? [], (pair) => parseInt(pair, 16));
}

function readBase64(text: string): Uint8Array | null {
  try {
    const binary = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
    return Uint8Array.from(binary, (character) => character.charCodeAt(0));
  } catch {
    return null;
  }
}
