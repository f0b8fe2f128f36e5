/** A real PostgREST for one database, with the settings of a hosted project. */

import type { JSONWebKeySet } from "jose";
import { chmodIfNeeded } from "./executable.ts";
import { startChild } from "./child.ts";
import { locatePostgrest } from "./packages.ts";

export type Postgrest = { readonly url: string; close(): Promise<void> };

export type PostgrestOptions = {
  /** Connects as `authenticator`. */
  readonly dbUrl: string;
  /** Public keys that request tokens are verified with. */
  readonly jwks: JSONWebKeySet;
};

/** Starts on a port of the system's choice; resolves when it has read the schema. */
export async function startPostgrest({ dbUrl, jwks }: PostgrestOptions): Promise<Postgrest> {
  const command = await chmodIfNeeded(await locatePostgrest());
  const listening = Promise.withResolvers<string | undefined>();
  const loaded = Promise.withResolvers<boolean>();
  const child = startChild({
    command,
    env: {
      PGRST_DB_URI: dbUrl,
      PGRST_DB_SCHEMAS: "public",
      PGRST_DB_EXTRA_SEARCH_PATH: "public, extensions",
      PGRST_DB_ANON_ROLE: "anon",
      PGRST_DB_MAX_ROWS: "1000",
      PGRST_DB_POOL: "20",
      PGRST_JWT_SECRET: JSON.stringify(jwks),
      PGRST_JWT_CACHE_MAX_LIFETIME: "300",
      PGRST_SERVER_HOST: "127.0.0.1",
      PGRST_SERVER_PORT: "0",
      PGRST_LOG_LEVEL: "crit",
    },
    onLine: (line) => {
      const port = /Listening on port (\d+)/.exec(line)?.[1];
      if (port) listening.resolve(`http://127.0.0.1:${port}`);
      if (line.includes("Schema cache loaded")) loaded.resolve(true);
    },
  });
  child.exited.then(() => {
    listening.resolve(undefined);
    loaded.resolve(false);
  });
  const url = await listening.promise;
  if (url === undefined || !(await loaded.promise)) {
    await child.stop();
    throw new Error(`Cannot start PostgREST:\n${child.tail()}`);
  }
  return { url, close: child.stop };
}
