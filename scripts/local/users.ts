/** Users of a stack, made and signed in over its HTTP surface, as a client would. */

import { z } from "zod";

type Api = { apiUrl: string; publishableKey: string; secretKey: string };

const userSchema = z.object({ id: z.string() });
const sessionSchema = z.object({ access_token: z.string(), user: userSchema });

/** Creates a confirmed user by the admin API. Throws when the e-mail is taken. */
export async function signUp(
  { apiUrl, secretKey }: Api,
  user: { email: string; password: string },
): Promise<{ userId: string }> {
  const body = { ...user, email_confirm: true };
  return {
    userId: userSchema.parse(await post(`${apiUrl}/auth/v1/admin/users`, secretKey, body)).id,
  };
}

/** Signs in by password. Throws when e-mail or password is wrong. */
export async function signIn(
  { apiUrl, publishableKey }: Api,
  email: string,
  password: string,
): Promise<{ accessToken: string; userId: string }> {
  const url = `${apiUrl}/auth/v1/token?grant_type=password`;
  const session = sessionSchema.parse(await post(url, publishableKey, { email, password }));
  return { accessToken: session.access_token, userId: session.user.id };
}

async function post(url: string, apikey: string, body: unknown): Promise<unknown> {
  const response = await fetch(url, {
    method: "POST",
    headers: { apikey, "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`Cannot POST ${url}: ${response.status} ${text}`);
  return JSON.parse(text);
}
