/** How webhooks are signed, where the credential at Vapi was set up otherwise than by default. */
import { z } from "zod";
import { parseJson } from "../json.ts";

/** The keys are those of Vapi's HMAC credential. Algorithm and encoding aren't among them: a signature shows them. */
const formatSchema = z.strictObject({
  signatureHeader: z.string().min(1).default("x-signature"),
  timestampHeader: z.string().min(1).default("x-timestamp"),
  signaturePrefix: z.string().default(""),
  includeTimestamp: z.boolean().default(true),
  /** May hold {body}, {timestamp}, {method} and {svix-id}. */
  payloadFormat: z.string().includes("{body}").refine(
    (format) => !format.includes("{url}"),
    "{url} is not supported: a function does not know the URL that it was called by",
  ).exactOptional(),
  /** Of {svix-id}. */
  messageIdHeader: z.string().min(1).default("svix-id"),
  secretIsBase64: z.boolean().default(false),
}).transform(({ payloadFormat, includeTimestamp, ...format }) => ({
  ...format,
  payloadFormat: payloadFormat ?? (includeTimestamp ? "{timestamp}.{body}" : "{body}"),
}));

export type SignatureFormat = z.infer<typeof formatSchema>;

export const defaultFormat: SignatureFormat = formatSchema.parse({});

export const signatureFormatValue: z.ZodType<SignatureFormat> = z.string().transform(
  (text, context) => {
    try {
      return formatSchema.parse(parseJson(text));
    } catch {
      context.addIssue(
        "must be a JSON object with signatureHeader, timestampHeader, signaturePrefix, includeTimestamp, payloadFormat " +
          "({body}, {timestamp}, {method}, {svix-id}), messageIdHeader or secretIsBase64",
      );
      return z.NEVER;
    }
  },
);
