/** Ways to migrate from a test: the command, and the function behind it. */
import assert from "node:assert/strict";
import { reportSchema, type RunReport } from "../../../functions/migrate-tools/report.ts";
import { catalogue } from "../../../shared/tools/catalogue.ts";
import type { FleetAgent } from "../../local/fleet.ts";
import { repository } from "../../local/migrations.ts";
import type { Stack } from "../../local/stack.ts";
import { eventually } from "./eventually.ts";
import { World } from "./world.ts";

export interface CommandOptions {
  /** Presses Ctrl-C as soon as standard error shows this. */
  interruptOn?: RegExp;
}

export interface CommandResult {
  code: number;
  stdout: string;
  stderr: string;
}

/** Runs `deno task migrate` against a stack. */
export async function migrate(
  { apiUrl, secretKey }: Pick<Stack, "apiUrl" | "secretKey">,
  ...args: (string | CommandOptions)[]
): Promise<CommandResult> {
  const options = args.find((arg) => typeof arg === "object") ?? {};
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-check", `${repository}scripts/migrate.ts`, `--url=${apiUrl}`].concat(
      args.filter((arg) => typeof arg === "string"),
    ),
    env: { SUPABASE_SECRET_KEY: secretKey },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const stdout = new Response(child.stdout).text();
  let stderr = "";
  for await (const text of child.stderr.pipeThrough(new TextDecoderStream())) {
    const seen = options.interruptOn?.test(stderr) ?? false;
    stderr += text;
    if (!seen && options.interruptOn?.test(stderr)) child.kill("SIGINT");
  }
  const { code } = await child.status;
  return { code, stdout: await stdout, stderr };
}

export interface ApiAnswer {
  status: number;
  // deno-lint-ignore no-explicit-any -- assertions look into it
  body: any;
}

/** Calls migrate-tools as a console would. */
export async function api(
  stack: Pick<Stack, "functionsUrl" | "secretKey">,
  method: string,
  query: string,
  body?: unknown,
  apikey: string = stack.secretKey,
): Promise<ApiAnswer> {
  const response = await fetch(`${stack.functionsUrl}/migrate-tools${query}`, {
    method,
    headers: { apikey },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  return { status: response.status, body: await response.json() };
}

/** Starts a run and waits for its end. */
export async function runMigration(
  stack: Pick<Stack, "functionsUrl" | "secretKey">,
  parameters: Record<string, unknown> = {},
): Promise<RunReport> {
  const { body: { runId } } = await api(stack, "POST", "", parameters);
  return await ended(stack, runId);
}

/** Waits for the end of a run. */
export async function ended(
  stack: Pick<Stack, "functionsUrl" | "secretKey">,
  runId: string,
): Promise<RunReport> {
  let report: RunReport | undefined;
  await eventually("the migration is done", async () => {
    const { body } = await api(stack, "GET", `?runId=${runId}`);
    report = reportSchema.parse(body);
    return report.status === "done";
  }, { everyMs: 50 });
  if (report === undefined) throw new Error("The migration left no report");
  return report;
}

/** The assistants carry every current tool and no other. */
export async function assertLinked(world: World, agents: readonly FleetAgent[]): Promise<void> {
  const current = [...(await world.currentTools()).values()].sort();
  assert.equal(current.length, catalogue.length);
  for (const { assistantId } of agents) {
    assert.deepEqual(world.toolIds(assistantId).sort(), current);
  }
}
