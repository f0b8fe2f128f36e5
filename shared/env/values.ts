/** Schemas of single environment variables. Their messages never repeat the value: it may be a secret. */
import { z } from "zod";
import { isJsonObject, type JsonValue, parseJson } from "../json.ts";
import { lazy } from "../lazy.ts";

/** An http(s) URL, without trailing slash. */
export const urlValue: () => z.ZodType<string> = lazy(() =>
  z.url({ protocol: /^https?$/, error: "must be an http or https URL" })
    .transform((text) => text.replace(/\/+$/, ""))
);

/** An integer within bounds. */
export function integerValue(min: number, max: number): z.ZodType<number> {
  const error = `must be an integer from ${min} to ${max}`;
  return z.string().regex(/^\d+$/, error).transform(Number).pipe(
    z.number().min(min, error).max(max, error),
  );
}

/** JSON text that an inner schema then reads; `expected` names the form in the message. */
export function jsonValue<T>(
  expected: string,
  read: (value: JsonValue) => T | null,
): z.ZodType<T> {
  return z.string().transform((text, context) => {
    const value = parseOrNull(text);
    const result = value === null ? null : read(value);
    if (result === null) {
      context.addIssue(`must be ${expected}`);
      return z.NEVER;
    }
    return result;
  });
}

const keysSchema = lazy(() => z.tuple([z.string().min(1)], z.string().min(1)));

/** `{"default": "sb_secret_...", ...}` -> the keys, the one named `default` first. */
export function namedKeysValue(): z.ZodType<[string, ...string[]]> {
  return jsonValue("a JSON object of keys by name", (value) => {
    if (!isJsonObject(value)) return null;
    const { default: preferred, ...others } = value;
    const first = preferred === undefined ? [] : [preferred];
    const parsed = keysSchema().safeParse([...first, ...Object.values(others)]);
    return parsed.success ? parsed.data : null;
  });
}

/** "NAME is missing" or "NAME must be ...", never with the value. */
export function describeIssue(
  issue: { path: PropertyKey[]; message: string },
  source: Record<string, string>,
): string {
  const name = String(issue.path[0]);
  const isMissing = source[name] === undefined && !issue.message.endsWith("is missing");
  return `${name} ${isMissing ? "is missing" : issue.message}`;
}

function parseOrNull(text: string): JsonValue {
  try {
    return parseJson(text);
  } catch {
    return null;
  }
}

/** How webhooks are signed. */
export interface SignatureFormat {
  signatureHeader: string;
  timestampHeader: string;
  signaturePrefix: string;
  /** Holds {body}, and may hold {timestamp}, {method} and {svix-id}. */
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

/** The keys are those of Vapi's HMAC credential. Algorithm and encoding aren't among them: a signature shows them. */
const formatSchema: () => z.ZodType<SignatureFormat> = lazy(() =>
  z.strictObject({
    signatureHeader: z.string().min(1).default(defaultFormat.signatureHeader),
    timestampHeader: z.string().min(1).default(defaultFormat.timestampHeader),
    signaturePrefix: z.string().default(defaultFormat.signaturePrefix),
    includeTimestamp: z.boolean().default(true),
    payloadFormat: z.string().includes("{body}").refine(
      (format) => !format.includes("{url}"),
      "{url} is not supported: a function does not know the URL that it was called by",
    ).exactOptional(),
    messageIdHeader: z.string().min(1).default(defaultFormat.messageIdHeader),
    secretIsBase64: z.boolean().default(defaultFormat.secretIsBase64),
  }).transform(({ payloadFormat, includeTimestamp, ...format }) => ({
    ...format,
    payloadFormat: payloadFormat ?? (includeTimestamp ? defaultFormat.payloadFormat : "{body}"),
  }))
);

/** The format of signatures where the credential at Vapi was set up otherwise than by default. */
export function signatureFormatValue(): z.ZodType<SignatureFormat> {
  return z.string().transform((text, context) => {
    try {
      return formatSchema().parse(parseJson(text));
    } catch {
      context.addIssue(
        "must be a JSON object with signatureHeader, timestampHeader, signaturePrefix, includeTimestamp, payloadFormat " +
          "({body}, {timestamp}, {method}, {svix-id}), messageIdHeader or secretIsBase64",
      );
      return z.NEVER;
    }
  });
}
