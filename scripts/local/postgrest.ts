/** A real PostgREST for one database, with the settings of a hosted project. */

import { type Child, startChild } from "./child.ts";
import { freePort } from "./free_port.ts";
import type { Keys } from "./keys.ts";
import { locatePostgrest } from "./packages.ts";

export type Postgrest = { readonly url: string; close(): Promise<void> };

export type PostgrestOptions = {
  /** Connects as `authenticator`. */
  readonly dbUrl: string;
  /** Request tokens are verified with their public half. */
  readonly keys: Keys;
  /** Whether several stacks share the server (default: no). */
  readonly isShared?: boolean;
  /** Default: a free one. */
  readonly choosePort?: () => number;
};

/** Connections, which it uses in turn. */
const CONNECTIONS = 20;
/** Each connection plans and compiles what it is asked for, a tenth of a second per tool: with twenty, tests did little else. */
const CONNECTIONS_OF_MANY = 3;

/** How often it is asked whether it is ready, since it does not announce that. */
const LOOK_EVERY_MS = 30;
/** If another program has got the port, it may never answer. */
const LOOK_FOR_MS = 1_000;

/**
 * Starts on a free port of the loopback interface; resolves when it has read the schema, rejects with its last words. If another program
 * takes the chosen port first, it tries again.
 */
export async function startPostgrest(
  { dbUrl, keys, isShared = false, choosePort = freePort }: PostgrestOptions,
): Promise<Postgrest> {
  const command = await locatePostgrest();
  // No other stack's PostgREST accepts this token, in case one has got the port.
  const token = await keys.signJwt({ role: "anon" });
  for (let attempt = 1;; attempt++) {
    const port = choosePort();
    const adminPort = choosePort();
    const url = `http://127.0.0.1:${port}`;
    const child = startChild({
      command,
      env: {
        PGRST_DB_URI: dbUrl,
        PGRST_DB_SCHEMAS: "public",
        PGRST_DB_EXTRA_SEARCH_PATH: "public, extensions",
        PGRST_DB_ANON_ROLE: "anon",
        PGRST_DB_MAX_ROWS: "1000",
        PGRST_DB_POOL: String(isShared ? CONNECTIONS_OF_MANY : CONNECTIONS),
        PGRST_JWT_SECRET: JSON.stringify(keys.jwks),
        PGRST_JWT_CACHE_MAX_LIFETIME: "300",
        PGRST_SERVER_HOST: "127.0.0.1",
        PGRST_SERVER_PORT: String(port),
        PGRST_ADMIN_SERVER_PORT: String(adminPort),
        PGRST_LOG_LEVEL: "crit",
        // Haskell's own scheduler: the tick that divides its time wakes every one of forty processes a hundred times a second.
        ...(isShared ? { GHCRTS: "-V0 -N1" } : {}),
      },
    });
    if (await isReady(child, { url, adminUrl: `http://127.0.0.1:${adminPort}`, token })) {
      return { url, close: child.stop };
    }
    await child.stop();
    if (attempt === 5 || !child.tail().includes("Address in use")) {
      throw new Error(`Cannot start PostgREST:\n${child.tail()}`);
    }
  }
}

/**
 * True as soon as it answers from the schema, false if it ends. Its log is unreadable, because its threads write lines into one another. A
 * request before it has read the schema would make it read the schema again, so its admin port is asked first.
 */
async function isReady(
  child: Child,
  { url, adminUrl, token }: { url: string; adminUrl: string; token: string },
): Promise<boolean> {
  let hasExited = false;
  child.exited.then(() => hasExited = true);
  while (!hasExited) {
    if (await answers(`${adminUrl}/ready`) && await answers(url, token)) return true;
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
  }
  return false;
}

async function answers(url: string, token?: string): Promise<boolean> {
  const answer = await fetch(url, {
    method: token === undefined ? "GET" : "HEAD",
    headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
    signal: AbortSignal.timeout(LOOK_FOR_MS),
  }).catch(() => null);
  await answer?.body?.cancel();
  return answer?.status === 200;
}
