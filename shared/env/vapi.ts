import { z } from "zod";
import { type SignatureFormat, signatureFormatValue } from "./signature_format.ts";
import { integerValue, urlValue } from "./values.ts";

/** For functions that call Vapi. */
export interface VapiEnv {
  vapiPrivateKey: string;
  vapiBaseUrl: string;
  /** A credential stored in Vapi that authenticates its calls to us, instead of the plain header. */
  vapiCredentialId?: string;
  vapiMaxConcurrency: number;
  vapiMinIntervalMs: number;
  /** How a changed tool reaches Vapi: as a new tool that replaces the old one, or by a PATCH. */
  toolUpdateStrategy: "replace" | "in_place";
}

export const vapiEnvSchema: z.ZodType<VapiEnv> = z.object({
  VAPI_PRIVATE_KEY: z.string(),
  VAPI_BASE_URL: urlValue.default("https://api.vapi.ai"),
  VAPI_CREDENTIAL_ID: z.string().optional(),
  VAPI_MAX_CONCURRENCY: integerValue(1, 100).default(10),
  VAPI_MIN_INTERVAL_MS: integerValue(0, 60_000).default(0),
  TOOL_UPDATE_STRATEGY: z.enum(["replace", "in_place"], "must be replace or in_place")
    .default("replace"),
}).transform((raw) => ({
  vapiPrivateKey: raw.VAPI_PRIVATE_KEY,
  vapiBaseUrl: raw.VAPI_BASE_URL,
  ...(raw.VAPI_CREDENTIAL_ID === undefined ? {} : { vapiCredentialId: raw.VAPI_CREDENTIAL_ID }),
  vapiMaxConcurrency: raw.VAPI_MAX_CONCURRENCY,
  vapiMinIntervalMs: raw.VAPI_MIN_INTERVAL_MS,
  toolUpdateStrategy: raw.TOOL_UPDATE_STRATEGY,
}));

/** For functions that Vapi calls, and for the one that tells Vapi the secret. */
export interface WebhookEnv {
  vapiWebhookSecret: string;
  /** What is accepted from Vapi: the current secret and, while it is being rotated, the previous one. */
  vapiWebhookSecrets: string[];
  /** How an HMAC credential signs, where it was set up otherwise than by default. */
  vapiWebhookSignature?: SignatureFormat;
}

export const webhookEnvSchema: z.ZodType<WebhookEnv> = z.object({
  VAPI_WEBHOOK_SECRET: z.string(),
  VAPI_WEBHOOK_SECRET_PREVIOUS: z.string().optional(),
  VAPI_WEBHOOK_SIGNATURE: signatureFormatValue.optional(),
}).transform((raw) => {
  const { VAPI_WEBHOOK_SECRET: current, VAPI_WEBHOOK_SECRET_PREVIOUS: previous } = raw;
  const { VAPI_WEBHOOK_SIGNATURE: signature } = raw;
  return {
    vapiWebhookSecret: current,
    vapiWebhookSecrets: previous === undefined ? [current] : [current, previous],
    ...(signature !== undefined && { vapiWebhookSignature: signature }),
  };
});
