import type { SupabaseEnv } from "../env/env.ts";
import { matchesAny } from "../hash.ts";
import { AppError } from "./errors.ts";
import type { Auth } from "./serve.ts";

export interface SecretOptions {
  /** Takes the key as `Authorization: Bearer` too, for a caller that can send no header of its own choice. */
  bearer?: boolean;
}

/**
 * Our own services and operators: the header `apikey` is one of the project's secret keys. (They aren't JWTs, so such functions run
 * with `verify_jwt = false` and this check is the only one.)
 */
export function secret(
  { secretKeys }: Pick<SupabaseEnv, "secretKeys">,
  { bearer = false }: SecretOptions = {},
): Auth<null> {
  return {
    async authenticate({ headers }) {
      const given = headers.get("apikey") ?? "";
      if (await matchesAny(given, secretKeys)) return null;
      const token = /^Bearer +(\S+) *$/i.exec(headers.get("authorization") ?? "")?.[1];
      if (bearer && token !== undefined && await matchesAny(token, secretKeys)) return null;
      throw new AppError(
        "unauthorized",
        given === ""
          ? "The header apikey is missing"
          : "The header apikey is not a secret key of this project",
      );
    },
  };
}
