import type { SupabaseEnv } from "../env/env.ts";
import { matchesAny } from "../hash.ts";
import { AppError } from "./errors.ts";
import type { Auth } from "./serve.ts";

/**
 * Our own services and operators: the header `apikey` is one of the project's secret keys. (They aren't JWTs, so such functions run
 * with `verify_jwt = false` and this check is the only one.)
 */
export function secret({ secretKeys }: Pick<SupabaseEnv, "secretKeys">): Auth<null> {
  return {
    async authenticate({ headers }) {
      const given = headers.get("apikey") ?? "";
      if (await matchesAny(given, secretKeys)) return null;
      throw new AppError(
        "unauthorized",
        given === ""
          ? "The header apikey is missing"
          : "The header apikey is not a secret key of this project",
      );
    },
  };
}
