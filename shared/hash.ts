/**
 * The canonical text of a JSON value, and digests. On Web Crypto, which needs no import and makes these functions asynchronous:
 * `node:crypto` adds about 11 ms to a cold start under Deno 2.9, and as much again if nothing else of Node is loaded.
 */
import type { JsonValue } from "./json.ts";

/**
 * The canonical text of a JSON value, whatever the order of its keys: RFC 8785 (JCS).
 *
 * Keys are sorted by UTF-16 code units; numbers and strings are written as ECMAScript writes them, which is what the RFC
 * prescribes. Throws TypeError with the path of anything that JSON cannot represent without loss (undefined, NaN, infinities,
 * bigint, lone surrogates, dates and other class instances, cycles), because two different values must never share a hash.
 */
export function canonicalize(value: JsonValue): string {
  return write(value, "$", new Set());
}

function write(value: unknown, path: string, ancestors: Set<object>): string {
  switch (typeof value) {
    case "boolean":
      return String(value);
    case "string":
      return writeString(value, path);
    case "number":
      if (!Number.isFinite(value)) refuse(path, `${value} is not a JSON number`);
      return JSON.stringify(value);
    case "object":
      return value === null ? "null" : writeContainer(value, path, ancestors);
    default:
      return refuse(path, `${typeof value} is not a JSON value`);
  }
}

function writeContainer(value: object, path: string, ancestors: Set<object>): string {
  if (ancestors.has(value)) refuse(path, "the value contains itself");
  ancestors.add(value);
  const text = Array.isArray(value)
    ? `[${Array.from(value, (item, i) => write(item, `${path}[${i}]`, ancestors)).join(",")}]`
    : writeObject(value, path, ancestors);
  ancestors.delete(value);
  return text;
}

function writeObject(value: object, path: string, ancestors: Set<object>): string {
  const prototype = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) {
    refuse(
      path,
      `${prototype.constructor?.name ?? "an object with a prototype"} is not plain JSON`,
    );
  }
  // Array.prototype.sort without a comparator compares UTF-16 code units: RFC 8785, section 3.2.3.
  const members = Object.keys(value).sort().map((key) => {
    const at = `${path}.${key}`;
    return `${writeString(key, at)}:${write(Reflect.get(value, key), at, ancestors)}`;
  });
  return `{${members.join(",")}}`;
}

function writeString(text: string, path: string): string {
  if (!text.isWellFormed()) refuse(path, "the text contains a lone surrogate");
  return JSON.stringify(text);
}

function refuse(path: string, reason: string): never {
  throw new TypeError(`Cannot canonicalize ${path}: ${reason}`);
}

export type HmacAlgorithm = "sha1" | "sha256" | "sha512";

// Without a type annotation: the right one differs between the TypeScript of Deno 2.1 and of Deno 2.9.
const utf8 = (text: string) => new TextEncoder().encode(text);

const WEB_CRYPTO_NAME = { sha1: "SHA-1", sha256: "SHA-256", sha512: "SHA-512" } as const;

/** SHA-256 of the text as UTF-8: 64 lower-case hex characters. */
export async function sha256Hex(text: string): Promise<string> {
  return toHex(await sha256(text));
}

/** Keyed digest of the text, as bytes. Throws on an empty key, which would authenticate anybody. */
export async function hmac(
  algorithm: HmacAlgorithm,
  key: string | ReturnType<typeof utf8>,
  text: string,
): Promise<Uint8Array> {
  if (key.length === 0) throw new TypeError("Cannot compute an HMAC with an empty key");
  const cryptoKey = await crypto.subtle.importKey(
    "raw",
    typeof key === "string" ? utf8(key) : key,
    { name: "HMAC", hash: WEB_CRYPTO_NAME[algorithm] },
    false,
    ["sign"],
  );
  return new Uint8Array(await crypto.subtle.sign("HMAC", cryptoKey, utf8(text)));
}

/** As `hmac`, in lower-case hex. */
export async function hmacHex(
  algorithm: HmacAlgorithm,
  key: string,
  text: string,
): Promise<string> {
  return toHex(await hmac(algorithm, key, text));
}

/**
 * Compares two secrets in a time that depends neither on where they differ nor on their lengths: both sides are hashed first,
 * then all 32 bytes are compared.
 */
export async function timingSafeEqual(a: string, b: string): Promise<boolean> {
  const [left, right] = await Promise.all([sha256(a), sha256(b)]);
  let difference = 0;
  for (let i = 0; i < left.length; i++) difference |= (left[i] ?? 0) ^ (right[i] ?? 0);
  return difference === 0;
}

/** True if the secret is one of the candidates; looks at every candidate, whichever matches. */
export async function matchesAny(secret: string, candidates: readonly string[]): Promise<boolean> {
  const matches = await Promise.all(candidates.map((each) => timingSafeEqual(secret, each)));
  return secret !== "" && matches.includes(true);
}

export function toHex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

async function sha256(text: string): Promise<Uint8Array> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", utf8(text)));
}
