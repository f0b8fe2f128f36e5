import {
  createLocalJWKSet,
  createRemoteJWKSet,
  errors as joseErrors,
  type JWTPayload,
  jwtVerify,
  type JWTVerifyGetKey,
} from "jose";
import type { SupabaseEnv } from "../env/env.ts";
import { AppError } from "./errors.ts";

/** A signed-in user, as the token says. What the user may do is the database's decision. */
export interface User {
  userId: string;
  claims: JWTPayload;
}

/**
 * Signing algorithms that are accepted: asymmetric only. A shared-secret algorithm would let whoever holds
 * the public key sign a token with it.
 */
const ALGORITHMS = ["ES256", "RS256", "EdDSA"];

const UUID = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i;
const CLOCK_TOLERANCE_SECONDS = 5;

/**
 * The user whose access token the request carries (`Authorization: Bearer …`). Throws `unauthorized` for
 * anything but a current token that this project's auth server signed for a signed-in user, and
 * `auth_unavailable` when the verification keys can't be fetched.
 */
export async function requireUser(
  request: Request,
  env: Pick<SupabaseEnv, "supabaseUrl" | "jwks">,
): Promise<User> {
  const token = /^Bearer ([\w-]+\.[\w-]+\.[\w-]*)$/i.exec(
    request.headers.get("authorization") ?? "",
  );
  if (token?.[1] === undefined) {
    throw unauthorized("Send the user's access token as a bearer token");
  }
  const claims = await verify(token[1], env);
  if (claims.sub === undefined || !UUID.test(claims.sub)) {
    throw unauthorized("The access token names no user");
  }
  return { userId: claims.sub, claims };
}

async function verify(
  token: string,
  env: Pick<SupabaseEnv, "supabaseUrl" | "jwks">,
): Promise<JWTPayload> {
  try {
    const { payload } = await jwtVerify(token, verificationKeys(env), {
      algorithms: ALGORITHMS,
      issuer: `${env.supabaseUrl}/auth/v1`,
      audience: "authenticated",
      requiredClaims: ["sub", "exp"],
      clockTolerance: CLOCK_TOLERANCE_SECONDS,
    });
    return payload;
  } catch (cause) {
    if (isUnavailable(cause)) {
      throw new AppError("auth_unavailable", "Tokens can't be verified now. Try again later.", {
        cause,
      });
    }
    const expired = cause instanceof joseErrors.JWTExpired;
    throw unauthorized(
      expired ? "The access token has expired" : "The access token is not valid",
      cause,
    );
  }
}

/** Fetched keys stay valid between requests, so each environment keeps its resolver. */
const resolvers = new WeakMap<object, JWTVerifyGetKey>();

function verificationKeys(env: Pick<SupabaseEnv, "supabaseUrl" | "jwks">): JWTVerifyGetKey {
  const known = resolvers.get(env);
  if (known !== undefined) return known;
  const remote = createRemoteJWKSet(new URL(`${env.supabaseUrl}/auth/v1/.well-known/jwks.json`));
  const resolver = env.jwks === undefined ? remote : localThenRemote(env.jwks, remote);
  resolvers.set(env, resolver);
  return resolver;
}

/** A key that the environment doesn't list may be newer than this worker: then the published set decides. */
function localThenRemote(
  jwks: NonNullable<SupabaseEnv["jwks"]>,
  remote: JWTVerifyGetKey,
): JWTVerifyGetKey {
  const local = createLocalJWKSet(jwks);
  return async (header, token) => {
    try {
      return await local(header, token);
    } catch (error) {
      if (error instanceof joseErrors.JWKSNoMatchingKey) return await remote(header, token);
      throw error;
    }
  };
}

/** The keys couldn't be fetched: a network error, a time-out, or an answer that is no key set. */
function isUnavailable(error: unknown): boolean {
  if (!(error instanceof joseErrors.JOSEError)) return true;
  return error instanceof joseErrors.JWKSTimeout || error.code === "ERR_JOSE_GENERIC";
}

function unauthorized(message: string, cause?: unknown): AppError {
  return new AppError("unauthorized", message, {
    headers: { "www-authenticate": "Bearer" },
    ...(cause === undefined ? {} : { cause }),
  });
}
