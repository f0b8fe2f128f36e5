import { z } from "zod";

const backoffPlanSchema = z.strictObject({
  // The API document types this as an object, its text and its users as a word.
  type: z.union([z.enum(["fixed", "exponential"]), z.record(z.string(), z.unknown())]),
  maxRetries: z.number().min(0).max(10),
  baseDelaySeconds: z.number().min(0).max(10),
  excludedStatusCodes: z.array(z.union([z.number(), z.record(z.string(), z.unknown())])).optional(),
});

/**
 * `server` of a tool or an assistant: where webhooks are sent. The default of `timeoutSeconds` is
 * part of what is read back.
 */
export const serverSchema = z.strictObject({
  url: z.string().refine(isPublicUrl, {
    error: (issue) =>
      "must be a valid URL. Hot tip, the protocol should be https:// or wss://, " +
      `but found ${issue.input}`,
  }).optional(),
  timeoutSeconds: z.number().min(1).max(300).default(20),
  credentialId: z.string().optional(),
  staticIpAddressesEnabled: z.boolean().optional(),
  encryptedPaths: z.array(z.string()).optional(),
  headers: z.record(z.string(), z.unknown()).optional(),
  backoffPlan: backoffPlanSchema.optional(),
  // Left the API document in 2025-05 and still works.
  secret: z.string().optional(),
});

export type Server = z.infer<typeof serverSchema>;

/** A server that webhooks can be sent to. */
export type WebhookServer = Server & { url: string };

/** Vapi takes https and wss with a public host only; https://localhost is refused as http is. */
function isPublicUrl(text: string): boolean {
  if (/\s/.test(text) || !URL.canParse(text)) return false;
  const { protocol, hostname } = new URL(text);
  if (protocol !== "https:" && protocol !== "wss:") return false;
  if (hostname.startsWith("127.") || hostname === "[::1]" || hostname === "0.0.0.0") return false;
  return hostname.includes(".") && !hostname.endsWith(".localhost") || hostname.startsWith("[");
}
