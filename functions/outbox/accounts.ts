import { z } from "zod";
import type { SupabaseEnv } from "../../shared/env/env.ts";
import { exchange, refused, type ServiceRequest } from "../../shared/http/transport.ts";

/** Users of Supabase Auth. */
export interface Accounts {
  /** Gives the address an account, unless it has one. Throws ServiceError. */
  ensure(email: string, options?: { signal?: AbortSignal }): Promise<void>;
}

const errorSchema = z.object({ error_code: z.string() });

/**
 * Supabase Auth's admin API. An account counts as confirmed and has a password that nobody knows: only a link that is mailed to its
 * address lets anybody in, which is the proof of it.
 */
export function createAccounts(
  { supabaseUrl, secretKey }: Pick<SupabaseEnv, "supabaseUrl" | "secretKey">,
): Accounts {
  return {
    async ensure(email, { signal } = {}) {
      const request: ServiceRequest = {
        service: "supabase_auth",
        method: "POST",
        operation: "admin.createUser",
        url: `${supabaseUrl}/auth/v1/admin/users`,
        headers: { apikey: secretKey, "content-type": "application/json" },
        body: JSON.stringify({ email, email_confirm: true }),
      };
      const { status, body } = await exchange(request, { signal });
      if (status < 300) return;
      const error = errorSchema.safeParse(body);
      const code = error.success ? error.data.error_code : String(status);
      if (code !== "email_exists") throw refused(request, status, code);
    },
  };
}
