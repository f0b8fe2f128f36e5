import { z } from "zod";
import type { SupabaseEnv } from "../../shared/env/env.ts";
import { exchange, refused, type ServiceRequest } from "../../shared/http/transport.ts";

/** Users of Supabase Auth. */
export interface Accounts {
  /** Creates an account for the address unless there is one. Throws ServiceError. */
  ensure(email: string, options?: { signal?: AbortSignal }): Promise<void>;
}

const errorSchema = z.object({ error_code: z.string() });

/**
 * Supabase Auth's admin API. The account counts as confirmed and has a password that nobody knows: the only way in is a link
 * mailed to its address, and following it proves that the address is theirs.
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
