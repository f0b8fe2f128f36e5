import { AppError } from "./errors.ts";
import type { SupabaseEnv } from "../env/env.ts";
import { matchesAny } from "../hash.ts";

/**
 * Lets through only requests of our own services and operators: the header `apikey` must be one of the
 * project's secret keys. Throws `unauthorized` otherwise. (Secret keys aren't JWTs, so such functions run
 * with `verify_jwt = false` and this check is the only one.)
 */
export async function requireSecretKey(
  request: Request,
  env: Pick<SupabaseEnv, "secretKeys">,
): Promise<void> {
  const given = request.headers.get("apikey") ?? "";
  if (await matchesAny(given, env.secretKeys)) return;
  throw new AppError(
    "unauthorized",
    given === ""
      ? "The header apikey is missing"
      : "The header apikey is not a secret key of this project",
  );
}
