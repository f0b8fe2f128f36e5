/** A real Postgres 17 server for one run: its data is new each time and removed at the end, unless a folder keeps it. */

import { join } from "node:path";
import { startChild } from "./child.ts";
import { runPath } from "./cache_dir.ts";
import { freePort } from "./free_port.ts";
import { installPostgres } from "./install_postgres.ts";

export type PostgresServer = {
  /** Connection URL of the superuser to the maintenance database `postgres`. */
  readonly url: string;
  /** Resolves when the server next accepts connections: after a crash, when it has recovered. */
  nextReady(): Promise<void>;
  close(): Promise<void>;
};

const superuser = "supabase_admin";

/** Nothing in a local run is worth a flush to disk: all of it can be created again. */
const throwaway = {
  fsync: "off",
  synchronous_commit: "off",
  full_page_writes: "off",
  wal_level: "minimal",
  wal_init_zero: "off",
  max_wal_senders: "0",
  checkpoint_timeout: "1h",
};

/**
 * Starts a server on the loopback interface; rejects with its last words. If another program takes the chosen port before the server does,
 * it tries again.
 */
export async function startPostgres(options: PostgresOptions = {}): Promise<PostgresServer> {
  const install = await installPostgres();
  const user = await unprivilegedUser();
  for (let attempt = 1;; attempt++) {
    const server = await tryStart({ ...options, install, user });
    if ("url" in server) return server;
    if (server.failure.includes("postmaster.pid")) {
      throw new Error(`Cannot start Postgres: another one uses the data in ${options.data}`);
    }
    const isTaken = server.failure.includes("Address already in use");
    if (attempt === 5 || !isTaken || options.port !== undefined) {
      throw new Error(`Cannot start Postgres:\n${server.failure}`);
    }
  }
}

export type PostgresOptions = {
  /** Flushes commits to disk. */
  durable?: boolean;
  /** The maximum number of connections; by default that of the smallest hosted project. More if several stacks share the server. */
  connections?: number;
  /** Default: a free one. */
  port?: number;
  /** The superuser's; default a new one. */
  password?: string;
  /** Folder that keeps the data from one run to the next, with the password of the first; created if it does not exist. */
  data?: string;
};

const HOSTED_CONNECTIONS = 60;

/** Creates the cluster under another name until it is complete: half a cluster must not be kept. */
const INITIALIZE = [
  `[ -d "$DATA" ] && exec true`,
  `printf %s "$PASSWORD" >password && rm -rf "$DATA.draft" || exit`,
  `exec "$INSTALL/bin/initdb" --pgdata "$DATA.draft" --username ${superuser} --pwfile "$PWD/password"` +
  // A password that nobody can guess needs no rounds that slow down guessing.
  " --auth scram-sha-256 --set scram_iterations=1 --encoding UTF8 --no-sync --locale-provider icu --icu-locale en-US --locale C.UTF-8" +
  // Its notices are nobody's business; its errors go to standard error.
  " >/dev/null",
].join("; ");

const RUN =
  `[ -d "$DATA" ] || mv "$DATA.draft" "$DATA" || exit; exec "$INSTALL/bin/postgres" -D "$DATA" "$@"`;

type Attempt = PostgresOptions & { install: string; user: User | undefined };

async function tryStart(
  {
    install,
    user,
    durable = false,
    connections = HOSTED_CONNECTIONS,
    port = freePort(),
    password = crypto.randomUUID(),
    data,
  }: Attempt,
): Promise<PostgresServer | { failure: string }> {
  const directory = runPath();
  if (data !== undefined) {
    await Deno.mkdir(data, { recursive: true });
    if (user) await Deno.chown(data, user.uid, user.gid);
  }
  let ready = Promise.withResolvers<boolean>();
  const child = startChild({
    directory,
    prepare: INITIALIZE,
    command: "sh",
    args: ["-c", RUN, "postgres", "-p", String(port), ...settings(durable, connections)],
    env: {
      LC_ALL: "C",
      TZ: "UTC",
      INSTALL: install,
      PASSWORD: password,
      DATA: join(data ?? directory, "data"),
    },
    // Data that is thrown away needs no final checkpoint, which on a busy machine takes longer than the guard waits; a server that is then
    // killed would leave its shared memory behind.
    stopSignal: data === undefined ? "QUIT" : "INT",
    onLine: (line) => {
      if (!line.includes("database system is ready to accept connections")) return;
      ready.resolve(true);
      ready = Promise.withResolvers();
    },
    ...(user ? { user } : {}),
  });
  child.exited.then(() => ready.resolve(false));
  if (await ready.promise) {
    return {
      nextReady: async () => void await ready.promise,
      url: `postgres://${superuser}:${password}@127.0.0.1:${port}/postgres`,
      close: child.stop,
    };
  }
  await child.stop();
  return { failure: child.tail() };
}

function settings(durable: boolean, connections: number): string[] {
  const values = {
    listen_addresses: "127.0.0.1",
    unix_socket_directories: "",
    max_connections: String(connections),
    timezone: "UTC",
    jit: "off",
    ...(durable ? {} : throwaway),
  };
  return Object.entries(values).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
}

type User = { uid: number; gid: number };

/** Postgres refuses to run as root; then it runs as `nobody`. Otherwise it runs as the current user. */
async function unprivilegedUser(): Promise<User | undefined> {
  if (Deno.uid() !== 0) return undefined;
  const id = async (flag: string) => {
    const { stdout } = await new Deno.Command("id", { args: [flag, "nobody"] }).output();
    // On macOS, nobody is -2; the system wants it unsigned.
    return Number(new TextDecoder().decode(stdout).trim()) >>> 0;
  };
  const [uid, gid] = await Promise.all([id("-u"), id("-g")]);
  if (!uid || !gid) throw new Error("Cannot start Postgres as root: there is no user nobody");
  return { uid, gid };
}
