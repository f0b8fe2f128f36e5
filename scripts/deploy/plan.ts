/** Looks before it leaps: everything that can be checked while nothing has been changed yet. */

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
}

/**
 * Checks environment, code and project, and returns either a plan or everything that stands against it. What needs no login is
 * looked at without one.
 */
export async function preparePlan(options: DeployOptions, deps: PlanDeps): Promise<Prepared> {
  const { root, cli, onProgress } = deps;
  const { projectRef, projectUrl, database, envFile } = options;
  const variables = await readVariables(envFile);
  const known = Object.keys(parseEnvFile(await Deno.readTextFile(join(root, ".env.example"))));
  onProgress("Checking functions, config and types");
  const { slugs, problems: inCode } = await checkRepository(root);

  const ofProject: string[] = [];
  const ask = async <T>(question: () => Promise<T>): Promise<T | null> => {
    try {
      return await question();
    } catch (error) {
      if (!(error instanceof SupabaseCliError)) throw error;
      ofProject.push(error.message);
      return null;
    }
  };
  onProgress(`Reading project ${projectRef}`);
  const present = await ask(() => secretNames(cli, projectRef));
  const environment: EnvironmentResult = typeof variables === "string"
    ? { secrets: {}, problems: [variables], warnings: [] }
    : checkEnvironment({ variables, present, known, projectUrl });
  // Who was not let in the first time is not let in the second.
  const key = environment.secretKey ??
    (present === null ? null : await ask(() => secretKey(cli, projectRef)));
  if (key === null && ofProject.length === 0) ofProject.push(noSecretKey);
  const needsLogin = database === projectRef;
  const migrations = present === null && needsLogin
    ? null
    : await ask(() => pendingMigrations(cli, database));

  const problems = [...environment.problems, ...inCode, ...ofProject];
  const openDoor = key === null ? null : await signUpWarning(projectUrl, key);
  const warnings = [...environment.warnings, ...(openDoor === null ? [] : [openDoor])];
  if (key === null || migrations === null || problems.length > 0) {
    return { ok: false, problems, warnings };
  }
  const { secrets } = environment;
  return { ok: true, plan: { slugs, migrations, secrets, secretKey: key }, warnings };
}

/** A text says why the file can't be read. */
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
