/** `deno task deploy`: brings this code to a hosted Supabase project, with the official CLI. */

import { parseOptions, print, printJson, progress, runMain } from "./cli.ts";
import { applyPlan, type StepResult } from "./deploy/apply.ts";
import { consentTo } from "./deploy/consent.ts";
import { describePlan, describeStep } from "./deploy/describe.ts";
import { type DeployOptions, OptionsError, readOptions } from "./deploy/options.ts";
import { envFileProblems, preparePlan } from "./deploy/plan.ts";
import { supabaseCli } from "./deploy/supabase_cli.ts";
import { envOption } from "./env_option.ts";
import { repository } from "./local/migrations.ts";

const help = `
Deploys functions, migrations and secrets to a hosted Supabase project.

Usage: deno task deploy --project-ref=<ref> --env=<file> [options]

  --project-ref=<ref>   the project: 20 letters, as in the dashboard's URL
  --env=<file>          the functions' secrets (see .env.example); without it they stay as they are
  --dry-run             check everything, say what would be done, and change nothing
  --yes                 don't ask before changing the project
  --db-url=<url>        connect to the database at this URL, for example the pooler's
  --project-url=<url>   the project's address; default https://<ref>.supabase.co
  --profile=<file>      a profile of the Supabase CLI, for another API than api.supabase.com
  --json                print one JSON object as the result
  --help                show this text

Log in first with "npx supabase@3.1.0 login", or set SUPABASE_ACCESS_TOKEN. If SUPABASE_DB_PASSWORD is set,
migrations use it; otherwise the CLI creates a temporary login.

Exit code: 0 all well; 1 begun, but not all of it succeeded; 2 could not begin, nothing was changed.
`;

interface Report {
  ok: boolean;
  dryRun: boolean;
  projectRef: string;
  projectUrl: string;
  functions: string[];
  /** Files that have not been applied yet. */
  migrations: string[];
  /** Names only. */
  secrets: string[];
  steps: StepResult[];
  warnings: string[];
  problems: string[];
}

/** Runs the command and returns its exit code. */
async function main(args: string[]): Promise<number> {
  const { json, yes, ...rest } = parseOptions(help, {
    "project-ref": { type: "string" },
    "project-url": { type: "string" },
    "db-url": { type: "string" },
    ...envOption,
    "profile": { type: "string" },
    "dry-run": { type: "boolean" },
    "json": { type: "boolean" },
    "yes": { type: "boolean" },
  }, args);
  const say = json ? progress : print;
  try {
    const report = await deploy(readOptions(rest), { yes: yes ?? false, say });
    if (json) printJson(report);
    if (report.problems.length > 0) return 2;
    return report.ok ? 0 : 1;
  } catch (error) {
    if (!(error instanceof OptionsError)) throw error;
    const envFile = rest.env ?? rest["env-file"];
    const inFile = envFile ? await envFileProblems(repository, envFile) : [];
    for (const problem of [...error.problems, ...inFile]) progress(`✗ ${problem}`);
    progress("Nothing was changed. How it is used: deno task deploy --help");
    return 2;
  }
}

async function deploy(
  options: DeployOptions,
  { yes, say }: { yes: boolean; say: (line: string) => void },
): Promise<Report> {
  const { projectRef, projectUrl, dryRun, profile, database } = options;
  const cli = supabaseCli({
    root: repository,
    ...(profile === undefined ? {} : { profile }),
    secrets: database === projectRef ? [] : [database, new URL(database).password],
  });
  const report: Report = {
    ...{ ok: false, dryRun, projectRef, projectUrl, functions: [], migrations: [], secrets: [] },
    ...{ steps: [], warnings: [], problems: [] },
  };
  const onProblem = (problem: string) => say(`✗ ${problem}`);
  const prepared = await preparePlan(options, {
    ...{ root: repository, cli, onProgress: (line: string) => say(`… ${line}`), onProblem },
  });
  report.warnings = prepared.warnings;
  for (const warning of prepared.warnings) say(`! ${warning}`);
  const refuse = (problems: string[]): Report => {
    say("Nothing was changed.");
    return { ...report, problems };
  };
  if (!prepared.ok) return refuse(prepared.problems);

  const { plan } = prepared;
  Object.assign(report, {
    functions: plan.slugs,
    migrations: plan.migrations,
    secrets: Object.keys(plan.secrets),
  });
  for (const line of describePlan(plan, options)) say(line);
  const ask = () => Deno.stdin.isTerminal() && confirm(`Change project ${projectRef}?`);
  const consent = consentTo({ dryRun, yes }, ask);
  if (consent === "dry run") {
    say("Dry run: nothing was changed.");
    return { ...report, ok: true };
  }
  if (consent === "refused") {
    const unconfirmed = "Not confirmed: run again with --yes, or answer y on a terminal";
    onProblem(unconfirmed);
    return refuse([unconfirmed]);
  }
  report.steps = await applyPlan(plan, options, {
    cli,
    onStart: (name) => say(`… ${name}`),
    onEnd: (step) => say(describeStep(step)),
  });
  const ok = report.steps.every(({ status }) => status === "done");
  say(ok ? `Deployed. See what Vapi has of it: deno task verify --url ${projectUrl}` : notFinished);
  return { ...report, ok };
}

const notFinished =
  "Not finished. Fix what failed and run the same command again: each step can be repeated.";

if (import.meta.main) await runMain(() => main(Deno.args));
