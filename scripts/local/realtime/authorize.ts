/** Whether somebody may join a private channel, according to the policies of `realtime.messages`. */
import { createLocalJWKSet, type JWTPayload, jwtVerify } from "jose";
import type { Sql } from "postgres";
import type { Keys } from "../keys.ts";

export type Claims = JWTPayload & { role: string };

/** The claims of an access token; a publishable key stands for nobody in particular. Throws for any other token. */
export async function claimsOf(keys: Keys, token: string): Promise<Claims> {
  if (token === keys.publishableKey) return { role: "anon" };
  if (token === keys.secretKey) return { role: "service_role" };
  const { payload } = await jwtVerify(token, createLocalJWKSet(keys.jwks));
  const { role } = payload;
  if (role !== "anon" && role !== "authenticated" && role !== "service_role") {
    throw new Error("Fields `role` and `exp` are required in JWT");
  }
  return { ...payload, role };
}

/** Rolls the query back. */
class Answered extends Error {}

/** Asks as the hosted service does: whether the role would see a message of this topic. */
export async function mayRead(sql: Sql, topic: string, claims: Claims): Promise<boolean> {
  let isVisible = false;
  try {
    await sql.begin(async (transaction) => {
      const [row] = await transaction<{ id: string }[]>`
        insert into realtime.messages (topic, extension, private) values (${topic}, 'broadcast', true) returning id`;
      await transaction`
        select set_config('realtime.topic', ${topic}, true), set_config('request.jwt.claims', ${
        JSON.stringify(claims)
      }, true), set_config('role', ${claims.role}, true)`;
      const seen = await transaction`select from realtime.messages where id = ${row?.id ?? null}`;
      isVisible = seen.length > 0;
      throw new Answered();
    });
  } catch (error) {
    if (!(error instanceof Answered)) throw error;
  }
  return isVisible;
}
