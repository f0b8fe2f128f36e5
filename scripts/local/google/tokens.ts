import { jwtVerify } from "jose";
import { z } from "zod";
import type { DoubleAnswer } from "../double/respond.ts";

const GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer";
const PREFIX = "https://www.googleapis.com/auth/";
const LIFETIME_SECONDS = 3_599;

const claimsSchema = z.object({
  scope: z.string().min(1),
  iat: z.number(),
  exp: z.number(),
});

export interface TokensOptions {
  clientEmail: string;
  publicKey: CryptoKey;
  /** The token endpoint's own URL. */
  audience: () => string;
}

/** Issues access tokens for signed assertions, as oauth2.googleapis.com/token does. */
export class Tokens {
  readonly #scopes = new Map<string, readonly string[]>();

  constructor(readonly options: TokensOptions) {}

  async grant(form: URLSearchParams): Promise<DoubleAnswer> {
    if (form.get("grant_type") !== GRANT) {
      return refuse("unsupported_grant_type", `Invalid grant_type: ${form.get("grant_type")}`);
    }
    try {
      const { payload } = await jwtVerify(form.get("assertion") ?? "", this.options.publicKey, {
        algorithms: ["RS256"],
        issuer: this.options.clientEmail,
        audience: this.options.audience(),
      });
      const { scope, iat, exp } = claimsSchema.parse(payload);
      if (exp - iat > 3_600) return refuse("invalid_grant", "Token must be a short-lived token");
      const token = `ya29.${crypto.randomUUID()}`;
      this.#scopes.set(token, scope.split(" "));
      const body = { access_token: token, expires_in: LIFETIME_SECONDS, token_type: "Bearer" };
      return { status: 200, body };
    } catch {
      return refuse("invalid_grant", "Invalid JWT Signature.");
    }
  }

  /** The short names of a token's scopes, such as "calendar.events"; null for an invalid token. */
  scopesOf(authorization: string | null): string[] | null {
    const token = /^Bearer (.+)$/.exec(authorization ?? "")?.[1] ?? "";
    return this.#scopes.get(token)?.map((scope) => scope.replace(PREFIX, "")) ?? null;
  }

  /** From now on no issued token is valid. */
  revokeAll(): void {
    this.#scopes.clear();
  }
}

function refuse(error: string, description: string): DoubleAnswer {
  return { status: 400, body: { error, error_description: description } };
}
