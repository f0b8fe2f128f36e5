/** The arguments of `deno task deploy`, checked and completed. */

import { envFileOf, type EnvOption } from "../env_option.ts";

export interface DeployOptions {
  projectRef: string;
  /** The project's address: functions are under `/functions/v1`. */
  projectUrl: string;
  /** What `db push` and `db query` connect to: a database URL, else the project by its ref. */
  database: string;
  /** File with the functions' secrets; without it, the project's secrets stay as they are. */
  envFile?: string;
  /** A profile of the Supabase CLI: an API other than api.supabase.com. */
  profile?: string;
  dryRun: boolean;
}

export interface DeployArguments extends EnvOption {
  "project-ref"?: string | undefined;
  "project-url"?: string | undefined;
  "db-url"?: string | undefined;
  profile?: string | undefined;
  "dry-run"?: boolean | undefined;
}

/** Everything that is wrong with the arguments, one line each. */
export class OptionsError extends Error {
  override readonly name = "OptionsError";
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(problems.join("\n"));
    this.problems = problems;
  }
}

/** Project refs are 20 lower-case letters; the CLI would take anything else for the name of a branch. */
const projectRefPattern = /^[a-z]{20}$/;

/** Reads the command's arguments. Throws {@link OptionsError}, which says what to write instead. */
export function readOptions(args: DeployArguments): DeployOptions {
  const projectRef = args["project-ref"] ?? "";
  const projectUrl = args["project-url"] ?? `https://${projectRef}.supabase.co`;
  const database = args["db-url"] ?? projectRef;
  const { envFile, problem } = readEnvFile(args);
  const problems = [
    args["project-ref"] === undefined &&
    "Cannot deploy without --project-ref: it is in the dashboard's URL",
    args["project-ref"] !== undefined && !projectRefPattern.test(projectRef) &&
    `Cannot deploy to project "${projectRef}": a project ref is 20 lower-case letters`,
    args["project-url"] !== undefined && !isWebUrl(projectUrl) &&
    `Cannot use --project-url "${projectUrl}": it is not an http or https URL`,
    database !== projectRef && !isDatabaseUrl(database) &&
    "Cannot use --db-url: it is not a URL that begins with postgresql://",
    problem,
  ].filter((it) => typeof it === "string");
  if (problems.length > 0) throw new OptionsError(problems);
  return {
    projectRef,
    projectUrl: projectUrl.replace(/\/+$/, ""),
    database,
    ...(envFile === undefined ? {} : { envFile }),
    ...(args.profile === undefined ? {} : { profile: args.profile }),
    dryRun: args["dry-run"] ?? false,
  };
}

function readEnvFile(args: EnvOption): { envFile?: string; problem?: string } {
  try {
    const envFile = envFileOf(args);
    return envFile === undefined ? {} : { envFile };
  } catch (error) {
    return { problem: error instanceof Error ? error.message : String(error) };
  }
}

function isWebUrl(text: string): boolean {
  return URL.canParse(text) && /^https?:$/.test(new URL(text).protocol);
}

function isDatabaseUrl(text: string): boolean {
  return /^postgres(ql)?:\/\//.test(text) && URL.canParse(text);
}
