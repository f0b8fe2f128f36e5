/**
 * Readers of single environment variables. Written by hand, without a schema: a tool's function reads its environment while a
 * caller waits, and loading zod for it would take as long as everything else together.
 */
import { isJsonObject, type JsonObject, jsonOrNull, type JsonValue } from "../json.ts";

/** The meaning of a variable's text, or null if it cannot be used. */
export interface Reader<T> {
  /** Completes "NAME must be …"; never contains the value, which may be a secret. */
  readonly expected: string;
  read(text: string): T | null;
}

export const anyText: Reader<string> = { expected: "a text", read: (text) => text };

/** An http(s) URL, without trailing slash. */
export const url: Reader<string> = {
  expected: "an http or https URL",
  read(text) {
    const trimmed = text.trim();
    const isUsable = URL.canParse(trimmed) && /^https?:$/.test(new URL(trimmed).protocol);
    return isUsable ? trimmed.replace(/\/+$/, "") : null;
  },
};

/** An integer within bounds. */
export function integer(min: number, max: number): Reader<number> {
  return {
    expected: `an integer from ${min} to ${max}`,
    read(text) {
      const number = /^\d+$/.test(text) ? Number(text) : NaN;
      return number >= min && number <= max ? number : null;
    },
  };
}

/** One of two words. */
export function either<const Word extends string>(one: Word, other: Word): Reader<Word> {
  return {
    expected: `${one} or ${other}`,
    read: (text) => [one, other].find((word) => word === text) ?? null,
  };
}

/** JSON text that an inner reader then reads; `expected` names the form. */
export function json<T>(expected: string, read: (value: JsonValue) => T | null): Reader<T> {
  return {
    expected,
    read(text) {
      const value = jsonOrNull(text);
      return value === null ? null : read(value);
    },
  };
}

/** `{"default": "sb_secret_...", ...}` -> the keys, the one named `default` first. */
export const namedKeys: Reader<[string, ...string[]]> = json(
  "a JSON object of keys by name",
  (value) => {
    if (!isJsonObject(value)) return null;
    const { default: preferred, ...others } = value;
    const given = preferred === undefined
      ? Object.values(others)
      : [preferred, ...Object.values(others)];
    const [first, ...more] = given.filter((key) => typeof key === "string" && key !== "");
    return typeof first !== "string" || more.length + 1 < given.length
      ? null
      : [first, ...more.filter((key) => typeof key === "string")];
  },
);

/** Reads variables one by one and collects what is wrong with them. */
export class Variables {
  readonly problems: string[] = [];

  constructor(readonly source: Readonly<Record<string, string>>) {}

  /** Undefined if it is missing or cannot be used: both are problems. */
  required<T>(name: string, reader: Reader<T>): T | undefined {
    if (this.source[name] === undefined) this.problems.push(`${name} is missing`);
    return this.optional(name, reader);
  }

  /** Undefined if it is missing; a problem only if it cannot be used. */
  optional<T>(name: string, { expected, read }: Reader<T>): T | undefined {
    const text = this.source[name];
    if (text === undefined) return undefined;
    const value = read(text);
    if (value === null) this.problems.push(`${name} must be ${expected}`);
    return value ?? undefined;
  }
}

/** How webhooks are signed. */
export interface SignatureFormat {
  signatureHeader: string;
  timestampHeader: string;
  signaturePrefix: string;
  /** Contains {body}, and may contain {timestamp}, {method} and {svix-id}. */
  payloadFormat: string;
  /** Of {svix-id}. */
  messageIdHeader: string;
  secretIsBase64: boolean;
}

export const defaultFormat: SignatureFormat = {
  signatureHeader: "x-signature",
  timestampHeader: "x-timestamp",
  signaturePrefix: "",
  payloadFormat: "{timestamp}.{body}",
  messageIdHeader: "svix-id",
  secretIsBase64: false,
};

const TEXTS = ["signatureHeader", "timestampHeader", "messageIdHeader"] as const;
const KNOWN: readonly string[] = [
  ...TEXTS,
  ...["signaturePrefix", "includeTimestamp", "payloadFormat", "secretIsBase64"],
];

/**
 * The format of signatures, if the credential at Vapi was not set up with the defaults. The keys are those of Vapi's HMAC
 * credential. Algorithm and encoding are not among them: a signature shows them.
 */
export const signatureFormat: Reader<SignatureFormat> = json(
  "a JSON object with signatureHeader, timestampHeader, signaturePrefix, includeTimestamp, payloadFormat " +
    "({body}, {timestamp}, {method}, {svix-id}), messageIdHeader or secretIsBase64",
  (value) => isJsonObject(value) ? readFormat(value) : null,
);

function readFormat(value: JsonObject): SignatureFormat | null {
  const format = { ...defaultFormat };
  const { signaturePrefix, includeTimestamp = true, payloadFormat, secretIsBase64 } = value;
  if (Object.keys(value).some((key) => !KNOWN.includes(key))) return null;
  for (const key of TEXTS) {
    const text = value[key];
    if (text === undefined) continue;
    if (typeof text !== "string" || text === "") return null;
    format[key] = text;
  }
  if (signaturePrefix !== undefined) {
    if (typeof signaturePrefix !== "string") return null;
    format.signaturePrefix = signaturePrefix;
  }
  if (secretIsBase64 !== undefined) {
    if (typeof secretIsBase64 !== "boolean") return null;
    format.secretIsBase64 = secretIsBase64;
  }
  if (typeof includeTimestamp !== "boolean") return null;
  if (payloadFormat === undefined) {
    return includeTimestamp ? format : { ...format, payloadFormat: "{body}" };
  }
  // {url} is not supported: a function does not know the URL under which it was called.
  return typeof payloadFormat === "string" && payloadFormat.includes("{body}") &&
      !payloadFormat.includes("{url}")
    ? { ...format, payloadFormat }
    : null;
}
