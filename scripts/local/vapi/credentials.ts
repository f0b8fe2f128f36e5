import { Buffer } from "node:buffer";
import { createHmac } from "node:crypto";

/** Sends a token, by default as `Authorization: Bearer …`. */
export interface BearerCredential {
  type: "bearer";
  token: string;
  headerName?: string;
  /** Default true. */
  bearerPrefixEnabled?: boolean;
}

/** Signs every webhook. */
export interface HmacCredential {
  type: "hmac";
  secretKey: string;
  algorithm: "sha1" | "sha256" | "sha512";
  /** Default "x-signature". */
  signatureHeader?: string;
  /** Default "x-timestamp". */
  timestampHeader?: string;
  /** Such as "sha256="; default none. */
  signaturePrefix?: string;
  /** May contain {timestamp} and {body}, as the default does: "{timestamp}.{body}". */
  payloadFormat?: string;
  /** Default "hex". */
  signatureEncoding?: "hex" | "base64";
  /** Vapi does not document the unit; default "ms". */
  timestampUnit?: "s" | "ms";
}

/** A webhook credential of the account, found by `server.credentialId`. */
export type Credential = BearerCredential | HmacCredential;

/** Headers that authenticate a webhook with this body, sent at `now` (ms since 1970). */
export function credentialHeaders(
  credential: Credential,
  { body, now }: { body: string; now: number },
): Record<string, string> {
  if (credential.type === "bearer") {
    const prefix = credential.bearerPrefixEnabled === false ? "" : "Bearer ";
    return { [credential.headerName ?? "authorization"]: `${prefix}${credential.token}` };
  }
  const timestamp = String(credential.timestampUnit === "s" ? Math.floor(now / 1000) : now);
  const payload = (credential.payloadFormat ?? "{timestamp}.{body}")
    .replace("{timestamp}", () => timestamp)
    .replace("{body}", () => body);
  const signature = createHmac(credential.algorithm, credential.secretKey)
    .update(Buffer.from(payload))
    .digest(credential.signatureEncoding ?? "hex");
  return {
    [credential.signatureHeader ?? "x-signature"]: `${
      credential.signaturePrefix ?? ""
    }${signature}`,
    [credential.timestampHeader ?? "x-timestamp"]: timestamp,
  };
}
