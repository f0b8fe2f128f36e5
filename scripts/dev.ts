/** Runs the whole product on this machine until it is interrupted. */

import { join } from "node:path";
import {
  interrupted,
  parseOptions,
  print,
  printJson,
  progress,
  runMain,
  wholeNumber,
} from "./cli.ts";
import { connectServices } from "./demo/deliveries.ts";
import { externalServices } from "./local/external_services.ts";
import { repository } from "./local/migrations.ts";
import { OPENAPI_PATH } from "./local/openapi.ts";
import { reloadOnChange } from "./local/reload.ts";
import { type Seed, seedAgent, type SeededAgent, seedOrganization } from "./local/seed.ts";
import { exportLine, shellVariables } from "./local/shell_variables.ts";
import { type Stack, startStack } from "./local/stack.ts";

const help = `
Runs the embedded stack until Ctrl-C: Postgres, PostgREST, the functions, and doubles of Vapi, Twilio, Google Calendar
and Resend.

Usage: deno task dev [options]

  --json         print one JSON object when everything is ready
  --port=<port>  port of the gateway; default a free one
  --quiet        don't show what the functions log
  --help         show this text

With VAPI_BASE_URL set, that server is used instead of the double (VAPI_PRIVATE_KEY is then required);
likewise TWILIO_*, GOOGLE_*, RESEND_* take the place of those doubles. Other variables of the functions are passed on.
`;

async function main(): Promise<number> {
  const options = parseOptions(help, {
    json: { type: "boolean" },
    port: { type: "string" },
    quiet: { type: "boolean" },
  });
  const port = options.port === undefined
    ? {}
    : { port: wholeNumber(help, "port", options.port, { from: 1, to: 65_535 }) };
  const services = externalServices(Deno.env.toObject());
  if (services.problem !== undefined) {
    progress(services.problem);
    return 2;
  }

  const stop = interrupted();
  const stack = await startStack({
    functionsEnv: services.env,
    integrations: true,
    console: true,
    ...(services.vapiUrl === undefined ? {} : { vapi: false }),
    ...port,
    onProgress: (part, ms) => progress(`${part} is ready after ${ms} ms`),
    onLog: ({ slug, line }) => options.quiet || progress(`${slug}: ${line}`),
  });
  const reload = reloadOnChange(
    stack.functions,
    [join(repository, "functions"), join(repository, "shared")],
    () => progress("The functions are restarted with the changed code"),
  );
  try {
    const seed = await seedOrganization(stack);
    await connectServices(stack, seed);
    const agents: SeededAgent[] = [];
    try {
      agents.push(await seedAgent(stack, seed));
    } catch (error) {
      progress(error instanceof Error ? error.message : String(error));
    }
    const summary = {
      consoleUrl: stack.consoleUrl,
      apiUrl: stack.apiUrl,
      functionsUrl: stack.functionsUrl,
      openapiUrl: `${stack.apiUrl}${OPENAPI_PATH}`,
      dbUrl: stack.dbUrl,
      publishableKey: stack.publishableKey,
      secretKey: stack.secretKey,
      vapiUrl: services.vapiUrl ?? stack.vapi.url,
      webhookSecret: stack.webhookSecret,
      ...seed,
      agents,
    };
    if (options.json) printJson(summary);
    else print(describe(summary));
    await stop;
    progress("Stopping");
    return 0;
  } finally {
    reload.close();
    await stack.close();
  }
}

type Summary =
  & Pick<
    Stack,
    | "consoleUrl"
    | "apiUrl"
    | "functionsUrl"
    | "dbUrl"
    | "publishableKey"
    | "secretKey"
    | "webhookSecret"
  >
  & Seed
  & { openapiUrl: string; vapiUrl: string; agents: SeededAgent[] };

function describe(summary: Summary): string {
  const { org, user, agents, ...values } = summary;
  const rows = [
    ...Object.entries(values),
    ["organization", `${org.name} (${org.id})`],
    ["sign in as", `${user.email} / ${user.password}`],
    ...agents.map(({ name, id, assistantId }) => [
      "agent",
      `${name} (${id}), assistant ${assistantId ?? "not made yet"}`,
    ]),
  ];
  return [
    "",
    ...rows.map(([name = "", value]) => `${name.padEnd(16)}${value}`),
    "",
    "For another shell, to try the commands of the README:",
    "",
    exportLine(shellVariables(summary, summary)),
    "",
  ].join("\n");
}

if (import.meta.main) await runMain(main);
