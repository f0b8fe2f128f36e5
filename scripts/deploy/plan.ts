/** Looks before it leaps: everything that can be checked while nothing has been changed yet. */

import { join } from "node:path";
import { unreadable } from "../env_option.ts";
import { checkRepository } from "./check_repository.ts";
import { parseEnvFile } from "./env_file.ts";
import { checkEnvironment } from "./environment.ts";
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

/** Checks code, project and environment, and returns either a plan or everything that stands against it. */
export async function preparePlan(options: DeployOptions, deps: PlanDeps): Promise<Prepared> {
  const { root, cli, onProgress } = deps;
  onProgress("Checking functions, config and types");
  const { slugs, problems } = await checkRepository(root);
  const variables = await readVariables(options.envFile);
  if (typeof variables === "string") problems.push(variables);
  if (typeof variables === "string" || problems.length > 0) {
    return { ok: false, problems, warnings: [] };
  }
  const known = Object.keys(parseEnvFile(await Deno.readTextFile(join(root, ".env.example"))));
  try {
    onProgress(`Reading project ${options.projectRef}`);
    const present = await secretNames(cli, options.projectRef);
    const environment = checkEnvironment({
      variables,
      present,
      known,
      projectUrl: options.projectUrl,
    });
    problems.push(...environment.problems);
    const key = environment.secretKey ?? await secretKey(cli, options.projectRef);
    if (key === null) problems.push(noSecretKey);
    const migrations = await pendingMigrations(cli, options.database);
    const { secrets } = environment;
    const openDoor = key === null ? null : await signUpWarning(options.projectUrl, key);
    const warnings = [...environment.warnings, ...(openDoor === null ? [] : [openDoor])];
    if (key === null || problems.length > 0) return { ok: false, problems, warnings };
    return { ok: true, plan: { slugs, migrations, secrets, secretKey: key }, warnings };
  } catch (error) {
    if (!(error instanceof SupabaseCliError)) throw error;
    return { ok: false, problems: [...problems, error.message], warnings: [] };
  }
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
