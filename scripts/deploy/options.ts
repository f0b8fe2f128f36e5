/** What `deno task deploy` is told, checked and completed. */

import { envFileOf, type EnvOption } from "../env_option.ts";

export interface DeployOptions {
  projectRef: string;
  /** Where the project answers: functions under `/functions/v1`. */
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

export class OptionsError extends Error {
  override readonly name = "OptionsError";
}

/** Project refs are 20 lower-case letters; the CLI would take anything else for the name of a branch. */
const projectRefPattern = /^[a-z]{20}$/;

/** Reads the command's arguments. Throws {@link OptionsError} that says what to write instead. */
export function readOptions(args: DeployArguments): DeployOptions {
  const projectRef = args["project-ref"];
  if (projectRef === undefined) {
    throw new OptionsError("Cannot deploy without --project-ref: it stands in the dashboard's URL");
  }
  if (!projectRefPattern.test(projectRef)) {
    throw new OptionsError(
      `Cannot deploy to project "${projectRef}": a project ref is 20 lower-case letters`,
    );
  }
  const projectUrl = args["project-url"] ?? `https://${projectRef}.supabase.co`;
  if (!URL.canParse(projectUrl) || !/^https?:$/.test(new URL(projectUrl).protocol)) {
    throw new OptionsError(`Cannot use --project-url "${projectUrl}": it is no http or https URL`);
  }
  const database = args["db-url"] ?? projectRef;
  if (database !== projectRef && !isDatabaseUrl(database)) {
    throw new OptionsError("Cannot use --db-url: it is no URL that begins with postgresql://");
  }
  let envFile: string | undefined;
  try {
    envFile = envFileOf(args);
  } catch (error) {
    throw new OptionsError(error instanceof Error ? error.message : String(error));
  }
  return {
    projectRef,
    projectUrl: projectUrl.replace(/\/+$/, ""),
    database,
    ...(envFile === undefined ? {} : { envFile }),
    ...(args.profile === undefined ? {} : { profile: args.profile }),
    dryRun: args["dry-run"] ?? false,
  };
}

function isDatabaseUrl(text: string): boolean {
  return /^postgres(ql)?:\/\//.test(text) && URL.canParse(text);
}
