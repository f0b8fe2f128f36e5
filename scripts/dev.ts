/** Runs the whole product on this machine until it is interrupted. */

import { join, resolve } from "node:path";
import {
  INTERRUPTED,
  interrupted,
  parseOptions,
  print,
  printJson,
  progress,
  runMain,
  wholeNumber,
} from "./cli.ts";
import { connectServices } from "./demo/deliveries.ts";
import { describe, type Summary } from "./dev/describe.ts";
import { dataFolder, defaultHome, openIdentity } from "./dev/home.ts";
import { describeLogLine } from "./dev/log_line.ts";
import { canListen, choosePorts, FIRST_PORT, type Ports } from "./dev/ports.ts";
import { recallVapi, rememberVapi } from "./dev/vapi_memory.ts";
import { externalServices } from "./local/external_services.ts";
import type { LogLine } from "./local/functions.ts";
import { repository } from "./local/migrations.ts";
import { OPENAPI_PATH } from "./local/openapi.ts";
import { reloadOnChange } from "./local/reload.ts";
import {
  keptClinic,
  type Seed,
  seedAgent,
  type SeededAgent,
  seedOrganization,
} from "./local/seed.ts";
import { type Stack, startStack } from "./local/stack.ts";

const help = `
Runs the embedded stack until Ctrl-C: Postgres, PostgREST, the functions, and doubles of Vapi, Twilio, Google Calendar
and Resend.

Usage: deno task dev [options]

  --keep         keep the data for the next run; without it, each run starts empty
  --port=<port>  port of the API; the database and the doubles use the ports after it. Default ${FIRST_PORT}, and
                 free ones instead of those in use
  --home=<dir>   where the keys are, and with --keep the data; default .local in this project
  --json         print one JSON object when everything is ready; the default if the output is not a terminal
  --debug        show everything that the functions log, as it is
  --quiet        show none of it
  --help         show this text

Keys and ports are the same in each run, so that a front end's .env stays valid.

With VAPI_BASE_URL set, that server is used instead of the double (VAPI_PRIVATE_KEY is then required);
likewise TWILIO_*, GOOGLE_*, RESEND_* replace those doubles. Other variables of the functions are passed on.

Exit code: 0 ended by Ctrl-C (deno task, which Ctrl-C also ends, turns it into 130), 1 it could not be started,
2 a wrong option.
`;

async function main(): Promise<number> {
  const options = parseOptions(help, {
    keep: { type: "boolean" },
    port: { type: "string" },
    home: { type: "string" },
    json: { type: "boolean" },
    debug: { type: "boolean" },
    quiet: { type: "boolean" },
  });
  const port = options.port === undefined
    ? FIRST_PORT
    : wholeNumber(help, "port", options.port, { from: 1, to: 65_530 });
  const services = externalServices(Deno.env.toObject());
  if (services.problem !== undefined) {
    progress(services.problem);
    return 2;
  }
  if (options.port !== undefined && !canListen(port)) {
    progress(`Cannot listen on port ${port}: it is taken, or not yours. Choose another by --port`);
    return 1;
  }
  const { ports, taken } = choosePorts(port);
  for (const { part, port, instead } of taken) {
    progress(
      `Port ${port} is taken: the ${part} is at ${instead} this time (--port chooses another)`,
    );
  }

  const home = resolve(options.home ?? defaultHome);
  const stop = interrupted();
  const starting = start({
    home,
    ports,
    services,
    isKept: options.keep ?? false,
    onLog: shown(options),
  });
  const running = await Promise.race([starting, stop]);
  if (running === undefined) {
    progress("Stopped while it was starting");
    return INTERRUPTED;
  }
  try {
    const { summary } = running;
    if (options.json || !Deno.stdout.isTerminal()) printJson(summary);
    else print(describe(summary));
    if (options.keep) progress(`The data is kept in ${await dataFolder(home)}`);
    await stop;
    progress("Stopping");
    return 0;
  } finally {
    await running.close();
  }
}

/** People read lines, programs read JSON; --debug and --quiet show more and less. */
function shown({ debug, quiet }: { debug?: boolean; quiet?: boolean }): (line: LogLine) => void {
  if (quiet) return () => {};
  if (debug || !Deno.stderr.isTerminal()) return ({ line }) => progress(line);
  return (line) => {
    const text = describeLogLine(line);
    if (text !== null) progress(text);
  };
}

type Start = {
  home: string;
  ports: Ports;
  services: ReturnType<typeof externalServices>;
  isKept: boolean;
  onLog: (line: LogLine) => void;
};

async function start(
  { home, ports, services, isKept, onLog }: Start,
): Promise<{ summary: Summary; close(): Promise<void> }> {
  const identity = await openIdentity(home);
  const data = await dataFolder(home);
  const ends: { close(): unknown }[] = [];
  const close = async () => {
    for (const each of ends.toReversed()) await each.close();
  };
  try {
    const stack = await startStack({
      port: ports.api,
      lasting: {
        keys: identity.keys,
        postgres: {
          port: ports.database,
          password: identity.databasePassword,
          ...(isKept ? { data, durable: true } : {}),
        },
      },
      functionsEnv: { VAPI_WEBHOOK_SECRET: identity.webhookSecret, ...services.env },
      vapi: services.vapiUrl === undefined ? { port: ports.vapi, key: identity.vapiKey } : false,
      integrations: {
        twilio: { port: ports.twilio },
        google: { port: ports.google },
        resend: { port: ports.resend },
      },
      console: true,
      onProgress: (part, ms) => progress(`${part} is ready after ${ms} ms`),
      onLog,
    });
    ends.push(stack);
    if (isKept && services.vapiUrl === undefined) {
      const file = join(home, "vapi.json");
      await recallVapi(stack.vapi, file);
      ends.push(rememberVapi(stack.vapi, file));
    }
    ends.push(watch(stack));
    const { seed, agents } = await clinicOf(stack);
    const vapi = services.vapiUrl === undefined ? stack.vapi : null;
    const summary = {
      consoleUrl: stack.consoleUrl,
      apiUrl: stack.apiUrl,
      functionsUrl: stack.functionsUrl,
      openapiUrl: `${stack.apiUrl}${OPENAPI_PATH}`,
      dbUrl: stack.dbUrl,
      publishableKey: stack.publishableKey,
      secretKey: stack.secretKey,
      vapiUrl: services.vapiUrl ?? stack.vapi.url,
      vapiKey: vapi?.key ?? null,
      textsUrl: `${stack.consoleUrl}#/${seed.org.id}/stack`,
      webhookSecret: stack.webhookSecret,
      ...seed,
      agents,
    };
    return { summary, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** The clinic that was kept, or else a new one with an agent that Vapi knows; reports if that fails. */
async function clinicOf(stack: Stack): Promise<{ seed: Seed; agents: SeededAgent[] }> {
  const kept = await keptClinic(stack);
  const seed = kept?.seed ?? await seedOrganization(stack);
  await connectServices(stack, seed);
  if (kept !== null && kept.agents.length > 0) return { seed, agents: kept.agents };
  progress("Saving an agent, and linking its tools");
  try {
    return { seed, agents: [await seedAgent(stack, seed)] };
  } catch (error) {
    progress(error instanceof Error ? error.message : String(error));
    return { seed, agents: [] };
  }
}

/** Reloads what is changed while it runs. A new tool is then registered and linked without anybody saving an agent. */
function watch(stack: Stack): { close(): void } {
  return reloadOnChange(stack, {
    folders: ["functions", "shared", "supabase"].map((name) => join(repository, name)),
    onReload: () => {
      progress("The functions are restarted with the changed code");
      wakeSync(stack).catch((error) => progress(`Cannot wake tool-sync: ${error}`));
    },
    onMigrations: (files) => progress(`Changed: ${files.join(", ")}. Restart for migrations`),
    onError: (error) => progress(`Cannot take up the change: ${error}`),
  });
}

async function wakeSync({ functionsUrl, secretKey }: Stack): Promise<void> {
  const response = await fetch(`${functionsUrl}/tool-sync`, {
    method: "POST",
    headers: { apikey: secretKey },
  });
  await response.body?.cancel();
}

if (import.meta.main) await runMain(main);
