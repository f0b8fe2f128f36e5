/**
 * The embedded stack: what a hosted project offers, on loopback, with neither Docker nor an account. Each stack has its own database,
 * PostgREST, gateway, functions and doubles; the Postgres server is shared if LOCAL_POSTGRES names one, as in `deno task test`.
 */

import { join } from "node:path";
import postgres from "postgres";
import { progress } from "../cli.ts";
import { type AuthMail, createAuth } from "./auth.ts";
import { serveConsole } from "./console.ts";
import { readFunctionConfig } from "./config.ts";
import { createDatabase } from "./database.ts";
import type { Launch } from "./function_process.ts";
import { createFunctions, type Functions, type LogLine } from "./functions.ts";
import { startGateway } from "./gateway.ts";
import { type Integrations, type IntegrationsOptions, startIntegrations } from "./integrations.ts";
import { createKeys, type Keys, randomText, type SavedKeys } from "./keys.ts";
import { readMigrations, repository } from "./migrations.ts";
import { type PgCron, startPgCron } from "./pg_cron/worker.ts";
import { type PgNet, startPgNet } from "./pg_net/worker.ts";
import { type PostgresOptions, startPostgres } from "./postgres.ts";
import { startPostgrest } from "./postgrest.ts";
import { createRealtime, type Realtime } from "./realtime/server.ts";
import { createStackTools, stackToolsPath } from "./stack_tools/stack_tools.ts";
import { signIn, signUp } from "./users.ts";
import { startVapiDouble, type VapiDouble, type VapiDoubleOptions } from "./vapi/mod.ts";

/** The URL that Vapi is given: it refuses URLs that are not https, so the double maps this host to the gateway. */
const publicHost = "backend.example.test";
const backendUrl = `https://${publicHost}/functions/v1`;

export type StackOptions = {
  /** Superuser URL of a running server, or "own" for one of its own; default LOCAL_POSTGRES, else "own". */
  readonly postgresUrl?: string;
  /** Port of the gateway; default a free one. */
  readonly port?: number;
  /** What is the same in each run; by default nothing. */
  readonly lasting?: Lasting;
  /** Runs cron jobs when they are due (default). If false, only `cron.run()` does. */
  readonly cron?: boolean;
  /** How the double of Vapi behaves; false starts none, and functionsEnv names a replacement. */
  readonly vapi?: VapiDoubleOptions | false;
  /** Serves the console at `/console/`, with the embedded stack's own tools at `/stack/v1`. */
  readonly console?: boolean;
  /** Starts doubles of Twilio, Google and Resend; by default the functions know none of them. */
  readonly integrations?: IntegrationsOptions | boolean;
  /** False starts no PostgREST: the Data API answers 503, as if it were down. Default true. */
  readonly dataApi?: boolean;
  /** Added to the functions' environment, overriding what the stack sets. */
  readonly functionsEnv?: Readonly<Record<string, string>>;
  /** Divides waits between attempts in the functions, up to ten seconds long, by this number; default 1. */
  readonly timesFaster?: number;
  readonly functionsDirectory?: string;
  /** Functions that stand elsewhere; see FunctionsOptions. */
  readonly functionsElsewhere?: Readonly<Record<string, string>>;
  /** What the functions run in, and how many of each; see FunctionsOptions. */
  readonly launch?: Launch;
  readonly instances?: Readonly<Record<string, number>>;
  /** Runs uploaded functions on this Deno; see FunctionsOptions. */
  readonly uploadsRunOn?: string;
  readonly configFile?: string;
  /** Receives each line that a function logs. */
  readonly onLog?: (line: LogLine) => void;
  /** Called when a stand-in's worker has failed; it goes on. Default: a line on standard error. */
  readonly onError?: (error: unknown) => void;
  /** Called when a part has started, with the milliseconds that it took. */
  readonly onProgress?: (part: string, ms: number) => void;
};

export type Lasting = {
  readonly keys: SavedKeys;
  /** Of its own server, whose database is called `local`. */
  readonly postgres: Required<Pick<PostgresOptions, "port" | "password">> & PostgresOptions;
};

export type Stack = {
  readonly apiUrl: string;
  /** `${apiUrl}/functions/v1` */
  readonly functionsUrl: string;
  /** Answers if the stack was started with the console. */
  readonly consoleUrl: string;
  /** PostgREST itself, without the gateway: wants a token, knows no API keys. Throws if there is none. */
  readonly restUrl: string;
  /** Connects as role postgres, which migrations run as. */
  readonly dbUrl: string;
  readonly publishableKey: string;
  readonly secretKey: string;
  readonly webhookSecret: string;
  /** The double that the functions know as Vapi. Throws if the stack was started without one. */
  readonly vapi: VapiDouble;
  /** The doubles of Twilio, Google and Resend. Throws if the stack was started without them. */
  readonly integrations: Integrations;
  /** Superuser's connections: row-level security doesn't apply. */
  readonly sql: postgres.Sql;
  readonly signJwt: Keys["signJwt"];
  /** What the stand-in for Auth has mailed, oldest first. */
  readonly authMails: readonly AuthMail[];
  signUp(user: { email: string; password: string }): Promise<{ userId: string }>;
  signIn(email: string, password: string): Promise<{ accessToken: string; userId: string }>;
  readonly net: PgNet;
  readonly cron: PgCron;
  readonly realtime: Realtime;
  readonly functions: Functions;
  /** Reloads changed code and configuration of the functions. */
  reload(): Promise<void>;
  close(): Promise<void>;
};

/** Starts everything, in under a second if the server is running and already knows the migrations. */
export async function startStack(options: StackOptions = {}): Promise<Stack> {
  const cleanups: (() => Promise<unknown>)[] = [];
  const close = () => runAll(cleanups);
  try {
    return Object.assign(await assemble(options, cleanups), { close });
  } catch (error) {
    await close();
    throw error;
  }
}

/** Runs each cleanup, the last added first, even after one has failed. Throws what failed. */
async function runAll(cleanups: (() => Promise<unknown>)[]): Promise<void> {
  const errors: unknown[] = [];
  while (cleanups.length > 0) await cleanups.pop()?.().catch((error) => errors.push(error));
  if (errors.length > 0) throw new AggregateError(errors, "Cannot close the stack cleanly");
}

async function assemble(
  options: StackOptions,
  cleanups: (() => Promise<unknown>)[],
): Promise<Omit<Stack, "close">> {
  const timed = async <T>(part: string, work: () => Promise<T>): Promise<T> => {
    const start = performance.now();
    const result = await work();
    options.onProgress?.(part, Math.round(performance.now() - start));
    return result;
  };
  const own = <T extends { close(): Promise<unknown> }>(part: T): T => {
    cleanups.push(() => part.close());
    return part;
  };

  const { lasting } = options;
  const [keys, migrations] = await Promise.all([
    createKeys(lasting?.keys),
    readMigrations(),
  ]);
  let functionConfig = await readFunctionConfig(options.configFile);
  const gateway = own(startGateway(options.port === undefined ? {} : { port: options.port }));

  const running = lasting ? "own" : options.postgresUrl ?? Deno.env.get("LOCAL_POSTGRES") ?? "own";
  const serverUrl = running === "own"
    ? own(await timed("Postgres", () => startPostgres(lasting?.postgres))).url
    : running;
  const database = await timed(
    "database",
    () => createDatabase(serverUrl, migrations, lasting ? { name: "local", isKept: true } : {}),
  );
  if (!lasting) cleanups.push(() => database.drop());

  const sql = postgres(database.url("supabase_admin"), { max: 5, onnotice: () => {} });
  cleanups.push(() => sql.end());
  await storeSecrets(sql, { project_url: gateway.url, secret_key: keys.secretKey });

  const vapi = options.vapi === false ? undefined : own(await startVapiDouble(options.vapi));
  vapi?.publicHosts.set(publicHost, gateway.url);
  const integrations = options.integrations
    ? own(
      await startIntegrations(
        backendUrl,
        options.integrations === true ? {} : options.integrations,
      ),
    )
    : undefined;
  integrations?.twilio.publicHosts.set(publicHost, gateway.url);
  const dbUrl = database.url("postgres");
  const webhookSecret = options.functionsEnv?.VAPI_WEBHOOK_SECRET ?? `whsec_${randomText()}`;
  const dataApi = { dbUrl: database.url("authenticator"), isShared: running !== "own" };
  const rest = options.dataApi === false
    ? undefined
    : own(await timed("PostgREST", () => startPostgrest({ ...dataApi, keys })));
  const functions = own(createFunctions({
    directory: options.functionsDirectory ?? join(repository, "functions"),
    ...(options.functionsElsewhere ? { elsewhere: options.functionsElsewhere } : {}),
    env: {
      ...hostedEnv({ apiUrl: gateway.url, dbUrl, keys }),
      VAPI_WEBHOOK_SECRET: webhookSecret,
      BACKEND_URL: backendUrl,
      LOCAL_PUBLIC_HOSTS: JSON.stringify({ [publicHost]: gateway.url }),
      LOCAL_TIMES_FASTER: String(options.timesFaster ?? 1),
      ...(vapi ? { VAPI_BASE_URL: vapi.url, VAPI_PRIVATE_KEY: vapi.key } : {}),
      ...integrations?.envBeside(options.functionsEnv ?? {}),
      ...options.functionsEnv,
    },
    ...(options.launch ? { launch: options.launch } : {}),
    ...(options.instances ? { instances: options.instances } : {}),
    ...(options.uploadsRunOn === undefined ? {} : { uploadsRunOn: options.uploadsRunOn }),
    ...(options.onLog ? { onLog: options.onLog } : {}),
  }));

  const issuer = `${gateway.url}/auth/v1`;
  const authMails: AuthMail[] = [];
  const auth = createAuth({ sql, keys, issuer, onMail: (mail) => authMails.push(mail) });
  const page = options.console
    ? own(serveConsole({
      url: gateway.url,
      publishableKey: keys.publishableKey,
      ...(vapi ? { stackUrl: gateway.url + stackToolsPath } : {}),
    }))
    : undefined;
  const tools = vapi && page
    ? createStackTools({ vapi, integrations, authMails, sql, publishableKey: keys.publishableKey })
    : undefined;
  const onError = options.onError ?? ((error) => progress(`Embedded stack: ${error}`));
  const superuserUrl = database.url("supabase_admin");
  const realtime = own(createRealtime({ url: superuserUrl, keys, onError }));
  await gateway.open({
    keys,
    restUrl: rest?.url,
    auth,
    realtime,
    functions,
    ...(page ? { extra: (request) => page.answer(request) ?? tools?.(request) ?? null } : {}),
    // A function outside the folder has no block in config.toml; it authenticates by itself.
    functionConfig: (slug) =>
      options.functionsElsewhere?.[slug] === undefined
        ? functionConfig(slug)
        : { enabled: true, verifyJwt: false },
  });

  const net = own(await startPgNet({ url: superuserUrl, onError }));
  const cron = own(
    await startPgCron({ url: superuserUrl, paused: options.cron === false, onError }),
  );

  const api = { apiUrl: gateway.url, ...keys };
  return {
    apiUrl: gateway.url,
    functionsUrl: `${gateway.url}/functions/v1`,
    consoleUrl: `${gateway.url}/console/`,
    get restUrl() {
      if (!rest) throw new Error("Cannot use PostgREST: the stack was started without it");
      return rest.url;
    },
    dbUrl,
    publishableKey: keys.publishableKey,
    secretKey: keys.secretKey,
    webhookSecret,
    get vapi() {
      if (!vapi) throw new Error("Cannot use the double of Vapi: the stack was started without it");
      return vapi;
    },
    get integrations() {
      if (!integrations) {
        throw new Error(
          "Cannot use the doubles of Twilio, Google and Resend: start the stack with them",
        );
      }
      return integrations;
    },
    sql,
    signJwt: keys.signJwt,
    authMails,
    signUp: (user) => signUp(api, user),
    signIn: (email, password) => signIn(api, email, password),
    net,
    cron,
    realtime,
    functions,
    reload: async () => {
      functionConfig = await readFunctionConfig(options.configFile);
      await functions.restart();
    },
  };
}

/** The variables that a hosted project gives its functions; the legacy keys are being phased out. */
function hostedEnv(
  { apiUrl, dbUrl, keys }: { apiUrl: string; dbUrl: string; keys: Keys },
): Record<string, string> {
  return {
    SUPABASE_URL: apiUrl,
    SUPABASE_DB_URL: dbUrl,
    SUPABASE_PUBLISHABLE_KEYS: JSON.stringify({ default: keys.publishableKey }),
    SUPABASE_SECRET_KEYS: JSON.stringify({ default: keys.secretKey }),
    SUPABASE_JWKS: JSON.stringify(keys.jwks),
    SB_REGION: "local",
  };
}

/** What the database needs to call the functions, under the names that the migrations read. */
async function storeSecrets(sql: postgres.Sql, secrets: Record<string, string>): Promise<void> {
  for (const [name, value] of Object.entries(secrets)) {
    const known = await sql`
      select vault.update_secret(id, ${value}) from vault.secrets where name = ${name}`;
    if (known.length === 0) await sql`select vault.create_secret(${value}, ${name})`;
  }
}
