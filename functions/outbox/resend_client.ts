import { z } from "zod";
import type { ResendEnv } from "../../shared/env/integrations.ts";
import { exchange, refused, type ServiceRequest, unexpected } from "../../shared/http/transport.ts";
import type { Resend } from "./resend_port.ts";

const sentSchema = z.object({ id: z.string() });
const errorSchema = z.object({ name: z.string() });

/** An earlier attempt with the same key is still under way: this passes. */
const CONCURRENT = "concurrent_idempotent_requests";

/** Resend's API: https://resend.com/docs/api-reference/emails/send-email */
export function createResend(
  env: ResendEnv,
  { fetch }: { fetch?: typeof globalThis.fetch } = {},
): Resend {
  return {
    async send({ to, subject, text, idempotencyKey }, { signal } = {}) {
      const request: ServiceRequest = {
        service: "resend",
        method: "POST",
        url: `${env.baseUrl}/emails`,
        headers: {
          authorization: `Bearer ${env.apiKey}`,
          "content-type": "application/json",
          "idempotency-key": idempotencyKey,
        },
        body: JSON.stringify({ from: env.from, to, subject, text }),
      };
      const { status, body } = await exchange(request, {
        signal,
        ...(fetch === undefined ? {} : { fetch }),
      });
      if (status >= 300) {
        const error = errorSchema.safeParse(body);
        const code = error.success ? error.data.name : String(status);
        throw refused(request, status, code, { retryable: code === CONCURRENT });
      }
      const sent = sentSchema.safeParse(body);
      if (!sent.success) throw unexpected(request, status, sent.error);
      return sent.data.id;
    },
  };
}
