/**
 * Stand-in for Supabase Auth, at `/auth/v1`.
 *
 * Covers: password and refresh-token grants, sign-in links by mail, `GET /user`, `POST /logout`, creating a user through the admin API, the
 * public settings, the JWKS document, ES256 access tokens with the claims that Supabase issues. Users are in auth.users with bcrypt
 * passwords, so that SQL may create them too. Sign-up is closed, as in supabase/config.toml. Does not cover: other e-mails, OAuth, MFA,
 * sessions in the database (a refresh token is forgotten when the stack ends), rate limits.
 */

import { createLocalJWKSet, jwtVerify } from "jose";
import type { Sql } from "postgres";
import { z } from "zod";
import { type Keys, randomText } from "./keys.ts";

const tokenSeconds = 3600;
const credentials = z.object({ email: z.string(), password: z.string() });
const refresh = z.object({ refresh_token: z.string() });
const linkRequest = z.object({ email: z.string() });
const newUser = z.object({
  email: z.string(),
  /** Left out: a password that nobody knows. */
  password: z.string().default(randomText),
  app_metadata: z.record(z.string(), z.unknown()).default({}),
  user_metadata: z.record(z.string(), z.unknown()).default({}),
});

type UserRow = {
  id: string;
  email: string;
  raw_app_meta_data: Record<string, unknown>;
  raw_user_meta_data: Record<string, unknown>;
  created_at: Date;
  updated_at: Date;
};

export type AuthOptions = {
  readonly sql: Sql;
  readonly keys: Keys;
  /** `${apiUrl}/auth/v1`, the `iss` of its tokens. */
  readonly issuer: string;
  /** Receives what the service mails. */
  readonly onMail?: (mail: AuthMail) => void;
};

export type AuthMail = { readonly to: string; readonly subject: string; readonly text: string };

/** Answers a request below `/auth/v1`; `isSecret` tells that it came with the secret key. */
export type Auth = (request: Request, path: string, isSecret: boolean) => Promise<Response>;

export function createAuth({ sql, keys, issuer, onMail }: AuthOptions): Auth {
  const jwks = createLocalJWKSet(keys.jwks);
  const refreshTokens = new Map<string, string>();
  const linkTokens = new Map<string, string>();

  const session = async (user: UserRow, method: "password" | "otp" = "password") => {
    const now = Math.floor(Date.now() / 1000);
    const accessToken = await keys.signJwt({
      iss: issuer,
      sub: user.id,
      aud: "authenticated",
      exp: now + tokenSeconds,
      iat: now,
      email: user.email,
      phone: "",
      app_metadata: user.raw_app_meta_data,
      user_metadata: user.raw_user_meta_data,
      role: "authenticated",
      aal: "aal1",
      amr: [{ method, timestamp: now }],
      session_id: crypto.randomUUID(),
      is_anonymous: false,
    });
    const refreshToken = randomText();
    refreshTokens.set(refreshToken, user.id);
    return {
      access_token: accessToken,
      token_type: "bearer",
      expires_in: tokenSeconds,
      expires_at: now + tokenSeconds,
      refresh_token: refreshToken,
      user: present(user),
    };
  };

  const byId = async (id: string) =>
    (await sql<UserRow[]>`
    select id, email, raw_app_meta_data, raw_user_meta_data, created_at, updated_at
    from auth.users where id = ${id} and deleted_at is null`)[0];

  const passwordGrant = async (body: unknown) => {
    const { email, password } = credentials.parse(body);
    // Found first: a bcrypt hash takes milliseconds, and the planner would otherwise compute one for every user.
    const [user] = await sql<UserRow[]>`
      with found as materialized (
        select id, encrypted_password from auth.users where lower(email) = lower(${email}) and deleted_at is null
      )
      update auth.users set last_sign_in_at = now() from found
      where users.id = found.id
        and found.encrypted_password = extensions.crypt(${password}, found.encrypted_password)
      returning users.id, email, raw_app_meta_data, raw_user_meta_data, created_at, updated_at`;
    return user
      ? Response.json(await session(user))
      : refuse(400, "invalid_credentials", "Invalid login credentials");
  };

  const refreshGrant = async (body: unknown) => {
    const { refresh_token: token } = refresh.parse(body);
    const user = await byId(refreshTokens.get(token) ?? crypto.randomUUID());
    refreshTokens.delete(token);
    return user
      ? Response.json(await session(user))
      : refuse(400, "refresh_token_not_found", "Invalid Refresh Token: Refresh Token Not Found");
  };

  /** Only pages of the stack itself, just as a project allows only those that it lists. */
  const redirectOf = (request: Request): string => {
    const wanted = new URL(request.url).searchParams.get("redirect_to") ?? "";
    const { origin } = new URL(issuer);
    return URL.canParse(wanted) && new URL(wanted).origin === origin ? wanted : origin;
  };

  const mailLink = async (request: Request) => {
    const { email } = linkRequest.parse(await request.json());
    const [user] = await sql<{ id: string }[]>`
      select id from auth.users where lower(email) = lower(${email}) and deleted_at is null`;
    if (user === undefined) return refuse(422, "otp_disabled", "Signups not allowed for otp");
    const token = randomText();
    linkTokens.set(token, user.id);
    const query = new URLSearchParams({
      token,
      type: "magiclink",
      redirect_to: redirectOf(request),
    });
    const text = `Follow this link to sign in:\n${issuer}/verify?${query}`;
    onMail?.({ to: email, subject: "Your link to sign in", text });
    return Response.json({});
  };

  /** The link in a mail leads back, with the session behind the `#`, and works once. */
  const followLink = async (request: Request) => {
    const token = new URL(request.url).searchParams.get("token") ?? "";
    const user = await byId(linkTokens.get(token) ?? crypto.randomUUID());
    linkTokens.delete(token);
    const fields = user === undefined
      ? { error: "access_denied", error_code: "otp_expired" }
      : { ...await session(user, "otp"), user: "", type: "magiclink" };
    const answer = new URLSearchParams(
      Object.entries(fields).map(([name, value]) => [name, String(value)]),
    );
    const location = `${redirectOf(request)}#${answer}`;
    return new Response(null, { status: 303, headers: { location } });
  };

  const createUser = async (body: unknown) => {
    const { email, password, app_metadata, user_metadata } = newUser.parse(body);
    const app = JSON.stringify({ provider: "email", providers: ["email"], ...app_metadata });
    const [user] = await sql<UserRow[]>`
      insert into auth.users
        (id, aud, role, email, encrypted_password, email_confirmed_at, raw_app_meta_data, raw_user_meta_data, created_at, updated_at)
      values (
        gen_random_uuid(), 'authenticated', 'authenticated', lower(${email}), extensions.crypt(${password}, extensions.gen_salt('bf', 4)), now(),
        ${app}::text::jsonb, ${JSON.stringify(user_metadata)}::text::jsonb, now(), now()
      )
      on conflict do nothing
      returning id, email, raw_app_meta_data, raw_user_meta_data, created_at, updated_at`;
    if (user) return Response.json(present(user));
    const message = "A user with this email address has already been registered";
    return refuse(422, "email_exists", message);
  };

  const currentUser = async (request: Request) => {
    const token = /^bearer (.+)$/i.exec(request.headers.get("authorization") ?? "")?.[1];
    if (!token) return refuse(401, "no_authorization", "This endpoint requires a Bearer token");
    try {
      const { payload } = await jwtVerify(token, jwks, { issuer, audience: "authenticated" });
      const user = await byId(payload.sub ?? "");
      return user
        ? Response.json(present(user))
        : refuse(403, "user_not_found", "User from sub claim in JWT does not exist");
    } catch (error) {
      return refuse(
        403,
        "bad_jwt",
        `invalid JWT: ${error instanceof Error ? error.message : error}`,
      );
    }
  };

  return async (request, path, isSecret) => {
    const grant = new URL(request.url).searchParams.get("grant_type");
    const route = `${request.method} ${path}${grant ? `?${grant}` : ""}`;
    try {
      switch (route) {
        case "GET /.well-known/jwks.json":
          return Response.json(keys.jwks, { headers: { "cache-control": "public, max-age=600" } });
        case "GET /settings":
          return Response.json({
            external: { email: true, phone: false, anonymous_users: false },
            disable_signup: true,
          });
        case "GET /health":
          return Response.json({ name: "stand-in for Supabase Auth" });
        case "POST /token?password":
          return await passwordGrant(await request.json());
        case "POST /token?refresh_token":
          return await refreshGrant(await request.json());
        case "POST /signup":
          return refuse(422, "signup_disabled", "Signups not allowed for this instance");
        case "POST /otp":
          return await mailLink(request);
        case "GET /verify":
          return await followLink(request);
        case "GET /user":
          return await currentUser(request);
        case "POST /logout":
          return new Response(null, { status: 204 });
        case "POST /admin/users":
          return isSecret
            ? await createUser(await request.json())
            : refuse(403, "not_admin", "User not allowed");
      }
    } catch (error) {
      if (error instanceof SyntaxError || error instanceof z.ZodError) {
        return refuse(400, "bad_json", "Could not parse request body");
      }
      throw error;
    }
    return refuse(404, "not_found", `The stand-in for Supabase Auth does not cover ${route}`);
  };
}

function present(user: UserRow): Record<string, unknown> {
  return {
    id: user.id,
    aud: "authenticated",
    role: "authenticated",
    email: user.email,
    app_metadata: user.raw_app_meta_data,
    user_metadata: user.raw_user_meta_data,
    created_at: user.created_at,
    updated_at: user.updated_at,
  };
}

function refuse(status: number, code: string, message: string): Response {
  return Response.json({ code: status, error_code: code, msg: message }, { status });
}
