import { z } from "zod";
import { jsonOrNull } from "../../../shared/json.ts";
import { type DoubleRequest, type HttpDouble, startHttpDouble } from "../double/http_double.ts";
import type { DoubleAnswer } from "../double/respond.ts";

export interface ResendDoubleOptions {
  port?: number;
}

const emailSchema = z.object({
  from: z.string().regex(/^([^<>]+<[^@<>\s]+@[^@<>\s]+>|[^@<>\s]+@[^@<>\s]+)$/),
  to: z.array(z.email()).min(1).max(50),
  subject: z.string().min(1),
  text: z.string(),
});

/** An e-mail that was accepted. */
export type SentEmail = z.infer<typeof emailSchema> & { id: string };

export interface ResendDouble extends Pick<HttpDouble, "url" | "requests" | "faults" | "close"> {
  /** For the functions' environment, with a sender and an administrator. */
  readonly env: Record<string, string>;
  /** Oldest first. */
  readonly emails: readonly SentEmail[];
  emailsTo(address: string): SentEmail[];
}

/**
 * Starts a double of Resend's POST /emails, with its refusals and idempotency keys. It does not cover domains (any sender is accepted),
 * HTML, attachments, batches and webhooks. Nothing in it was checked against the live service.
 */
export async function startResendDouble(options: ResendDoubleOptions = {}): Promise<ResendDouble> {
  const apiKey = `re_${crypto.randomUUID().replaceAll("-", "")}`;
  const emails: SentEmail[] = [];
  const byKey = new Map<string, { text: string; id: string }>();

  function answer(request: DoubleRequest): DoubleAnswer {
    if (`${request.method} ${request.path}` !== "POST /emails") {
      return refuse(404, "not_found", "The requested endpoint does not exist.");
    }
    if (request.authorization === null) {
      return refuse(401, "missing_api_key", "Missing API key in the authorization header.");
    }
    if (request.authorization !== `Bearer ${apiKey}`) {
      return refuse(403, "invalid_api_key", "API key is invalid.");
    }
    const key = request.header("idempotency-key");
    if (key !== null && (key.length === 0 || key.length > 256)) {
      return refuse(400, "invalid_idempotency_key", "The key must be between 1-256 chars.");
    }
    const earlier = key === null ? undefined : byKey.get(key);
    if (earlier !== undefined) {
      return earlier.text === request.text ? { status: 200, body: { id: earlier.id } } : refuse(
        409,
        "invalid_idempotent_request",
        "This idempotency key has been used on a request with a different payload.",
      );
    }
    const parsed = emailSchema.safeParse(jsonOrNull(request.text));
    if (!parsed.success) {
      const field = parsed.error.issues[0]?.path.join(".");
      return refuse(422, "validation_error", `Invalid \`${field}\` field.`);
    }
    const email = { ...parsed.data, id: crypto.randomUUID() };
    emails.push(email);
    if (key !== null) byKey.set(key, { text: request.text, id: email.id });
    return { status: 200, body: { id: email.id } };
  }

  const server = await startHttpDouble({
    answer,
    errorBody: (status) => ({
      statusCode: status,
      name: status === 429 ? "rate_limit_exceeded" : "internal_server_error",
      message: "Scripted",
    }),
    ...(options.port === undefined ? {} : { port: options.port }),
  });
  return {
    ...server,
    emails,
    emailsTo: (address) => emails.filter(({ to }) => to.includes(address)),
    env: {
      RESEND_API_KEY: apiKey,
      RESEND_BASE_URL: server.url,
      ALERT_EMAIL_FROM: "Booking platform <alerts@platform.example.com>",
      ALERT_EMAIL_TO: "operator@platform.example.com",
    },
  };
}

function refuse(statusCode: number, name: string, message: string): DoubleAnswer {
  return { status: statusCode, body: { statusCode, name, message } };
}
