/** Gives the assistants of existing organizations their tools: starts the run, shows its progress, and reports the result. */
import {
  type DryRunReport,
  dryRunSchema,
  reportSchema,
  type RunReport,
  summarySchema,
} from "../functions/migrate-tools/report.ts";
import { z } from "zod";
import {
  INTERRUPTED,
  interrupted,
  misused,
  parseOptions,
  print,
  printJson,
  progress,
} from "./cli.ts";
import { type Connection, connection, type ConnectionOptions } from "./connection.ts";
import { envOption } from "./env_option.ts";
import { describePlan } from "./migrate/describe_plan.ts";
import { question, refusal } from "./migrate/destructive.ts";
import { differences, type PlanFile, readPlan, writePlan } from "./migrate/plan_file.ts";
import { describeRollback, rollBack } from "./migrate/rollback.ts";
import { describeRun } from "./migrate/describe_run.ts";
import { follow } from "./migrate/follow.ts";
import { progressDisplay } from "./migrate/progress_display.ts";

const help = `
Registers the tools and links them to the assistants of existing organizations.

Usage: deno task migrate [options]

  --dry-run           say what would change, and change nothing
  --plan-file=<file>  a dry run whose plan is also written to this file
  --apply=<file>      do what that plan says; if anything has changed since, say what, and do nothing
  --org-id=<uuid>     only this organization
  --force-update      register the tools anew even if nothing has changed
  --prune-duplicates  delete unused tools at Vapi with the name and path of ours that are not ours
  --run-id=<uuid>     show a run that was started before
  --rollback=<uuid>   undo what that run changed, unless somebody has changed it since
  --url=<url>         project URL; default SUPABASE_URL
  --env=<file>        read SUPABASE_URL and SUPABASE_SECRET_KEY from this file
  --yes               don't ask; without a terminal, --force-update and --prune-duplicates need it
  --json              print the report as one JSON object
  --help              show this text

Exit code: 0 all well, 1 some agents failed, 2 it was not run. Ctrl-C leaves the run going, says how to see it,
and exits with 130.
`;

type Parameters = PlanFile["parameters"];

const startedSchema = z.object({ runId: z.uuid(), message: z.string() });

async function main(): Promise<number> {
  const options = parseOptions(help, {
    "dry-run": { type: "boolean" },
    "plan-file": { type: "string" },
    apply: { type: "string" },
    "org-id": { type: "string" },
    "force-update": { type: "boolean" },
    "prune-duplicates": { type: "boolean" },
    "run-id": { type: "string" },
    rollback: { type: "string" },
    url: { type: "string" },
    ...envOption,
    yes: { type: "boolean" },
    json: { type: "boolean" },
  });
  const given = {
    ...(options["org-id"] !== undefined && { orgId: options["org-id"] }),
    ...(options["force-update"] && { forceUpdate: true }),
    ...(options["prune-duplicates"] && { pruneDuplicates: true }),
  };
  const planFile = options["plan-file"];
  if (
    options.apply !== undefined &&
    (Object.keys(given).length > 0 || options["dry-run"] || planFile !== undefined ||
      options["run-id"] !== undefined || options.rollback !== undefined)
  ) {
    misused(
      help,
      "--apply takes all that is to be done from its file: no other option says any of it",
    );
  }
  try {
    const api = await connection(options);
    const url = api.url;
    if (options["dry-run"] || planFile !== undefined) {
      const plan = await dryRun(api, given);
      if (planFile !== undefined) {
        const plannedAt = new Date().toISOString();
        await writePlan(planFile, { url, plannedAt, parameters: given, plan });
        progress(`The plan is in ${planFile}. To do it: deno task migrate --apply=${planFile}`);
      }
      if (options.json) printJson(plan);
      else print(describePlan(plan));
      return plan.agents.failed > 0 ? 1 : 0;
    }
    if (options.rollback !== undefined) {
      if (!options.yes && !mayRollBack(url)) return 2;
      const report = await rollBack(api, options.rollback, interrupted());
      if (report === null) {
        const again = `--rollback=${options.rollback} ${whereIs(options, url)}`;
        progress(`The rollback goes on. See how it does: deno task migrate ${again}`);
        return INTERRUPTED;
      }
      if (options.json) printJson(report);
      else print(describeRollback(report));
      return report.agents.failed > 0 ? 1 : 0;
    }
    const parameters = options.apply === undefined
      ? given
      : await heldTo(await readPlan(options.apply, url), api);
    if (parameters === null) return 2;
    if (options["run-id"] === undefined && !options.yes && !isConfirmed(url, parameters)) {
      progress("Nothing was changed.");
      return 2;
    }
    // Before the start, so that no Ctrl-C falls between the start of a run and the message how to see it.
    const stop = interrupted();
    const runId = options["run-id"] ?? await start(api, parameters);
    const report = await watch(api, runId, stop);
    if (report === null) {
      const again = `--run-id=${runId} ${whereIs(options, url)}`;
      progress(`The run goes on. See how it does: deno task migrate ${again}`);
      return INTERRUPTED;
    }
    if (options.json) printJson(report);
    else print(describeRun(report));
    return report.agents.failed > 0 || report.problem !== null ? 1 : 0;
  } catch (error) {
    progress(error instanceof Error ? error.message : String(error));
    return 2;
  }
}

async function dryRun(api: Connection, parameters: Parameters): Promise<DryRunReport> {
  const body = { ...parameters, dryRun: true };
  return dryRunSchema.parse(await api.call("migrate-tools", { method: "POST", body }));
}

/** The plan's parameters, if the same plan would be made now; null, after reporting the differences, if not. */
async function heldTo(
  { plan, parameters, plannedAt }: PlanFile,
  api: Connection,
): Promise<Parameters | null> {
  const lines = differences(plan, await dryRun(api, parameters));
  if (lines.length === 0) return parameters;
  progress(`Nothing was changed: since ${plannedAt} the plan has become another one.\n`);
  for (const line of lines) progress(line);
  progress("\n- was planned, + would be done now. Plan again with --plan-file");
  return null;
}

/** The options that name the project, to be given again. */
function whereIs(options: ConnectionOptions, url: string): string {
  const given = (["url", "env", "env-file"] as const).flatMap((name) =>
    options[name] ? [`--${name}=${options[name]}`] : []
  );
  return given.length > 0 ? given.join(" ") : `--url=${url}`;
}

/** Asks if somebody can answer. A script that runs the command means it, unless something would be deleted. */
function isConfirmed(url: string, parameters: Parameters): boolean {
  if (!Deno.stdin.isTerminal()) {
    const problem = refusal(parameters);
    if (problem !== null) progress(problem);
    return problem === null;
  }
  const asked = question(url, parameters);
  // The question must not end up in a report that is piped elsewhere.
  if (!Deno.stdout.isTerminal()) throw new Error(`${asked} Say --yes, or look with --dry-run`);
  return confirm(asked);
}

/** In a script nobody can be asked: nothing is deleted. */
function mayRollBack(url: string): boolean {
  if (!Deno.stdin.isTerminal() || !Deno.stdout.isTerminal()) return true;
  return confirm(`Put back what the migration changed, in ${url}?`);
}

async function start(api: Connection, body: Record<string, unknown>): Promise<string> {
  const answer = await api.call("migrate-tools", { method: "POST", body });
  const { runId, message } = startedSchema.parse(answer);
  progress(`${message} Run ${runId}`);
  return runId;
}

/** The final report; null if somebody pressed Ctrl-C. */
async function watch(
  api: Connection,
  runId: string,
  stop: Promise<void>,
): Promise<RunReport | null> {
  const get = (query: string) =>
    api.call(`migrate-tools?runId=${runId}${query}`, { method: "GET" });
  const display = progressDisplay(Deno.stderr, { isTerminal: Deno.stderr.isTerminal() });
  try {
    const end = await follow({
      summary: async () => summarySchema.parse(await get("&summary=true")),
      onSummary: display.show,
      stop,
    });
    if (end === "interrupted") return null;
  } finally {
    display.end();
  }
  return reportSchema.parse(await get(""));
}

if (import.meta.main) Deno.exit(await main());
