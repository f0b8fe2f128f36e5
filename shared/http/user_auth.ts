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
import type { Auth } from "./serve.ts";

/** A signed-in user, as the token says. What the user may do is the database's decision. */
export interface User {
  userId: string;
}

/**
 * Accepted signing algorithms: asymmetric only. With a shared-secret algorithm, anybody who has the public key could sign a token
 * with it.
 */
const ALGORITHMS = ["ES256", "RS256", "EdDSA"];

const UUID = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i;
const CLOCK_TOLERANCE_SECONDS = 5;

/**
 * A token that was verified once is accepted without verifying its signature again: that costs as much as everything else in a
 * save.
 */
const REMEMBERED_MS = 60_000;
const MAX_REMEMBERED = 1_000;

/**
 * Admits signed-in users, usually from a browser: the access token in `Authorization: Bearer …`. Throws `unauthorized` for
 * anything but a current token that this project's auth server signed for a signed-in user, and `auth_unavailable` when the
 * verification keys cannot be fetched. Fetched keys stay valid between requests.
 */
export function user(
  env: Pick<SupabaseEnv, "supabaseUrl" | "jwks">,
  { now = Date.now }: { now?: () => number } = {},
): Auth<User> {
  const issuer = `${env.supabaseUrl}/auth/v1`;
  const remote = createRemoteJWKSet(new URL(`${issuer}/.well-known/jwks.json`));
  const keys = env.jwks === undefined ? remote : localThenRemote(env.jwks, remote);
  const remembered = new Map<string, User & { until: number }>();
  return {
    browsers: true,
    async authenticate({ headers }) {
      const token = /^Bearer ([\w-]+\.[\w-]+\.[\w-]*)$/i.exec(headers.get("authorization") ?? "");
      if (token?.[1] === undefined) {
        throw unauthorized("Send the user's access token as a bearer token");
      }
      const known = remembered.get(token[1]);
      if (known !== undefined && now() < known.until) return { userId: known.userId };
      const { sub, exp = 0 } = await verify(token[1], { issuer, keys, now });
      if (sub === undefined || !UUID.test(sub)) {
        throw unauthorized("The access token names no user");
      }
      if (remembered.size >= MAX_REMEMBERED) remembered.clear();
      const until = Math.min(exp * 1000, now() + REMEMBERED_MS);
      remembered.set(token[1], { userId: sub, until });
      return { userId: sub };
    },
  };
}

async function verify(
  token: string,
  { issuer, keys, now }: { issuer: string; keys: JWTVerifyGetKey; now: () => number },
): Promise<JWTPayload> {
  try {
    const { payload } = await jwtVerify(token, keys, {
      algorithms: ALGORITHMS,
      issuer,
      audience: "authenticated",
      requiredClaims: ["sub", "exp"],
      clockTolerance: CLOCK_TOLERANCE_SECONDS,
      currentDate: new Date(now()),
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

/** A key that the environment does not list may be newer than this worker: then the published set decides. */
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

/** The keys could not be fetched: a network error, a time-out, or an answer that is not a key set. */
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
