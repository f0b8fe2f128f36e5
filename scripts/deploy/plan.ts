/** Everything that can be checked before anything has been changed. */

import { join } from "node:path";
import { unreadable } from "../env_option.ts";
import { checkRepository } from "./check_repository.ts";
import { parseEnvFile } from "./env_file.ts";
import { checkEnvironment, type EnvironmentResult } from "./environment.ts";
import type { DeployOptions } from "./options.ts";
import { pendingMigrations, secretKey, secretNames } from "./project.ts";
import { signUpWarning } from "./sign_up.ts";
import { type SupabaseCli, SupabaseCliError } from "./supabase_cli.ts";

/** What a deployment will do. */
export interface DeployPlan {
  slugs: string[];
  /** File names of the migrations to apply. */
  migrations: string[];
  /** Secrets to set, by name. */
  secrets: Record<string, string>;
  /** API key with which the database calls the functions. */
  secretKey: string;
}

export type Prepared =
  | { ok: true; plan: DeployPlan; warnings: string[] }
  | { ok: false; problems: string[]; warnings: string[] };

export interface PlanDeps {
  root: string;
  cli: SupabaseCli;
  onProgress: (line: string) => void;
  /** Called with each problem as soon as it is found. */
  onProblem: (problem: string) => void;
}

/**
 * Checks environment, project and code, and returns either a plan or everything that prevents one. Slow checks come last: the environment
 * is checked at once, and what needs no login is checked without one.
 */
export async function preparePlan(options: DeployOptions, deps: PlanDeps): Promise<Prepared> {
  const { root, cli, onProgress } = deps;
  const { projectRef, projectUrl, database, envFile } = options;
  const found = new Set<string>();
  const tell = (problems: readonly string[]) => {
    for (const problem of problems.filter((it) => !found.has(it))) {
      found.add(problem);
      deps.onProblem(problem);
    }
  };
  const ask = async <T>(question: () => Promise<T>): Promise<T | null> => {
    try {
      return await question();
    } catch (error) {
      if (!(error instanceof SupabaseCliError)) throw error;
      tell([error.message]);
      return null;
    }
  };
  const file = await readFile({ root, envFile, projectUrl });
  // Missing variables may be set in the project; everything else can be reported before it is asked.
  tell(judge(file, file.known).problems);
  onProgress(`Reading project ${projectRef}`);
  const present = await ask(() => secretNames(cli, projectRef));
  const environment = judge(file, present);
  tell(environment.problems);
  // If the login was refused once, it will be refused again.
  const key = environment.secretKey ??
    (present === null ? null : await ask(() => secretKey(cli, projectRef)));
  if (key === null && present !== null) tell([noSecretKey]);
  const migrations = present === null && database === projectRef
    ? null
    : await ask(() => pendingMigrations(cli, database));
  const { slugs, problems: inCode } = await checkRepository(root, onProgress);
  tell(inCode);

  const openDoor = key === null ? null : await signUpWarning(projectUrl, key);
  const warnings = [...environment.warnings, ...(openDoor === null ? [] : [openDoor])];
  if (key === null || migrations === null || found.size > 0) {
    return { ok: false, problems: [...found], warnings };
  }
  const { secrets } = environment;
  return { ok: true, plan: { slugs, migrations, secrets, secretKey: key }, warnings };
}

/** What is wrong with an env file whatever the project has, reported together with options that are wrong themselves. */
export async function envFileProblems(root: string, envFile: string): Promise<string[]> {
  const file = await readFile({ root, envFile, projectUrl: "https://example.supabase.co" });
  return judge(file, file.known).problems;
}

interface EnvFile {
  /** A text says why the file can't be read. */
  variables: Record<string, string> | string;
  known: string[];
  projectUrl: string;
}

async function readFile(
  { root, envFile, projectUrl }: { root: string; envFile: string | undefined; projectUrl: string },
): Promise<EnvFile> {
  const known = Object.keys(parseEnvFile(await Deno.readTextFile(join(root, ".env.example"))));
  return { variables: await readVariables(envFile), known, projectUrl };
}

function judge(
  { variables, known, projectUrl }: EnvFile,
  present: readonly string[] | null,
): EnvironmentResult {
  return typeof variables === "string"
    ? { secrets: {}, problems: [variables], warnings: [] }
    : checkEnvironment({ variables, present, known, projectUrl });
}

async function readVariables(file: string | undefined): Promise<Record<string, string> | string> {
  if (file === undefined) return {};
  try {
    return parseEnvFile(await Deno.readTextFile(file));
  } catch (error) {
    return unreadable(file, error);
  }
}

const noSecretKey =
  "This login can see no secret API key of the project: create one in the dashboard " +
  "(Settings → API Keys) or put it into the env file as VAULT_SECRET_KEY";
