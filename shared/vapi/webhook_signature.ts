import { type HmacAlgorithm, toHex } from "../hash.ts";

export interface WebhookSignature {
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
export function readSignature(header: string): WebhookSignature | null {
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
