import type { WebhookEnv } from "../env/env.ts";
import { defaultFormat, type SignatureFormat } from "../env/values.ts";
import {
  hmac,
  type HmacAlgorithm,
  matchesAny,
  sha256Hex,
  timingSafeEqual,
  toHex,
} from "../hash.ts";
import { readText } from "../http/bodies.ts";
import { AppError } from "../http/errors.ts";
import type { Auth } from "../http/serve.ts";

/** How far the timestamp of a signature may be off. */
const WINDOW_MS = 5 * 60_000;

/** A request contains the conversation so far, so it grows with the call. */
const MAX_BYTES = 5_000_000;

/** Vapi ignores every answer but a 200. */
const TOO_LARGE = "The request is too large to be read.";

/**
 * Admits Vapi, by the webhook's secret; the caller is the authenticated body, as text. Vapi can be set up to authenticate in three ways:
 *
 * - `x-vapi-secret: <secret>`: from a tool's `server.headers`, or the older `server.secret`;
 * - `authorization: Bearer <secret>`: a bearer credential;
 * - `x-signature`, `x-timestamp`: an HMAC credential, the digest of `{timestamp}.{body}` keyed with the secret, or whatever else
 *   VAPI_WEBHOOK_SIGNATURE says.
 *
 * Of the first and the last, each one present must be right: a wrong one is refused, whatever else the request carries. The bearer token
 * counts only if neither is present, because gateways put tokens of their own into that header.
 *
 * During a rotation the previous secret is accepted too.
 */
export function vapi(
  { vapiWebhookSecrets: secrets, vapiWebhookSignature: format = defaultFormat }: Pick<
    WebhookEnv,
    "vapiWebhookSecrets" | "vapiWebhookSignature"
  >,
  { now = Date.now }: { now?: () => number } = {},
): Auth<string> {
  return {
    async authenticate(request) {
      const signed = await checkHeaders(request.headers, { secrets, format, now: now() });
      const body = await readText(request, { maxBytes: MAX_BYTES });
      if (signed !== null) await checkSignature(signed, body, { secrets, format });
      return body;
    },
    answerError: (error) =>
      error instanceof AppError && error.code === "payload_too_large"
        ? Response.json({ error: TOO_LARGE })
        : null,
  };
}

/**
 * The digest of what was signed, if the request is signed: whoever has seen one can send it again within the window, but cannot change it.
 * Null for a request with the secret itself: whoever can repeat that can also write any other.
 */
export async function replayKeyOf(
  { headers }: Request,
  body: string,
  format: SignatureFormat = defaultFormat,
): Promise<string | null> {
  if (headers.get(format.signatureHeader) === null) return null;
  return await sha256Hex(signedText(format, headers, body));
}

/** What was signed. Nothing else from the headers, because anybody could change that. */
function signedText(format: SignatureFormat, headers: Headers, body: string): string {
  const values: Readonly<Record<string, string | null>> = {
    body,
    timestamp: headers.get(format.timestampHeader),
    method: "POST",
    "svix-id": headers.get(format.messageIdHeader),
  };
  return format.payloadFormat.replace(
    /\{(body|timestamp|method|svix-id)\}/g,
    (_whole, name: string) => values[name] ?? "",
  );
}

interface Signed {
  signature: WebhookSignature;
  /** The text for a body: the rest of it is known in advance. */
  textOf: (body: string) => string;
}

interface Expected {
  secrets: readonly string[];
  format: SignatureFormat;
}

/** All checks that are possible before a stranger's megabytes are read. Returns what the body still has to match. */
async function checkHeaders(
  headers: Headers,
  { secrets, format, now }: Expected & { now: number },
): Promise<Signed | null> {
  const signature = headers.get(format.signatureHeader);
  const header = headers.get("x-vapi-secret");
  if (header !== null && !await matchesAny(withoutBearer(header) ?? header, secrets)) {
    throw unauthorized("The header x-vapi-secret is not the secret");
  }
  if (signature !== null) {
    return readSigned(signature, headers, { format, now });
  }
  if (header !== null) return null;
  const bearer = withoutBearer(headers.get("authorization"));
  if (bearer === null) throw unauthorized("The request carries no webhook secret");
  if (!await matchesAny(bearer, secrets)) throw unauthorized("The bearer token is not the secret");
  return null;
}

function readSigned(
  header: string,
  headers: Headers,
  { format, now }: Pick<Expected, "format"> & { now: number },
): Signed {
  if (format.payloadFormat.includes("{timestamp}")) {
    checkTime(headers.get(format.timestampHeader) ?? "", now, format);
  }
  const { signaturePrefix: prefix } = format;
  const text = prefix !== "" && header.startsWith(prefix) ? header.slice(prefix.length) : header;
  const signature = readSignature(text);
  if (signature === null) {
    throw unauthorized(`The header ${format.signatureHeader} is unreadable`);
  }
  return { signature, textOf: (body) => signedText(format, headers, body) };
}

function checkTime(timestamp: string, now: number, { timestampHeader }: SignatureFormat): void {
  const sentAt = readTimestamp(timestamp);
  if (sentAt === null) {
    throw unauthorized(`The header ${timestampHeader} is missing or unreadable`);
  }
  if (Math.abs(now - sentAt) > WINDOW_MS) {
    throw unauthorized("The signature's timestamp is more than 5 minutes off");
  }
}

async function checkSignature(
  { signature: { algorithm, hex }, textOf }: Signed,
  body: string,
  { secrets, format }: Expected,
): Promise<void> {
  const text = textOf(body);
  const matches = await Promise.all(
    secrets.filter((secret) => secret !== "").map(async (secret) => {
      const key = format.secretIsBase64 ? readBase64(secret) : secret;
      if (key === null || key.length === 0) return false;
      const expected = toHex(await hmac(algorithm, key, text));
      return await timingSafeEqual(expected, hex);
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

/** `sha256=`, `v1=`, `v1,` and the like: a name followed by an equals sign that is not base64 padding, or by a comma. */
const PREFIX = /^[a-z0-9]{1,16}(=(?!=?$)|,)/i;

/**
 * Reads a signature header: hex or base64 (including the URL-safe alphabet), with or without a prefix. Its length determines the algorithm,
 * so that none has to be configured both here and at Vapi. Null if it is not a digest.
 */
function readSignature(header: string): WebhookSignature | null {
  const text = header.trim().replace(PREFIX, "");
  const bytes = readHex(text) ?? readBase64(text);
  const algorithm = ALGORITHM_BY_BYTES.get(bytes?.length ?? 0);
  return bytes === null || algorithm === undefined ? null : { algorithm, hex: toHex(bytes) };
}

/** Only the lengths of digests: any other text of these characters is base64. */
function readHex(text: string): Uint8Array | null {
  if (!/^([\da-f]{40}|[\da-f]{64}|[\da-f]{128})$/i.test(text)) return null;
  return Uint8Array.from(text.match(/../g) ?? [], (pair) => parseInt(pair, 16));
}

function readBase64(text: string) {
  try {
    const binary = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
    return Uint8Array.from(binary, (character) => character.charCodeAt(0));
  } catch {
    return null;
  }
}
