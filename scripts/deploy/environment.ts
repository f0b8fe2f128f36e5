/** The functions' secrets, checked by the same code that will read them once they are deployed. */

import { readEnv } from "../../shared/env/env.ts";
import { AppError } from "../../shared/http/errors.ts";
import { secretProblems } from "./secret_rules.ts";

export interface EnvironmentInput {
  /** Variables of the env file. */
  variables: Readonly<Record<string, string>>;
  /** Names of the secrets that the project already has; their values cannot be read. Null if the project could not be asked. */
  present: readonly string[] | null;
  /** Names that the product knows: those of `.env.example`. */
  known: readonly string[];
  projectUrl: string;
}

export interface EnvironmentResult {
  /** What `supabase secrets set` is given. */
  secrets: Record<string, string>;
  /** API key for the database's own requests, if the file names one. */
  secretKey?: string;
  problems: string[];
  warnings: string[];
}

/** Variables of the deployment itself; the functions never see them. */
const forVault = ["VAULT_PROJECT_URL", "VAULT_SECRET_KEY"];
const urls = /^BACKEND_URL$|_BASE_URL$/;

/** Decides what is set and what is wrong with it. Its messages name variables, never their values. */
export function checkEnvironment(input: EnvironmentInput): EnvironmentResult {
  const set = Object.entries(input.variables).filter(([, value]) => value.trim() !== "");
  const reserved = set.map(([name]) => name).filter((name) => name.startsWith("SUPABASE_"));
  const secrets = Object.fromEntries(
    set.filter(([name]) => !forVault.includes(name) && !reserved.includes(name)),
  );
  const names = Object.keys(secrets);
  const { problems, warnings } = readAsFunctionsDo(secrets, input);
  const secretKey = input.variables.VAULT_SECRET_KEY?.trim();
  return {
    secrets,
    ...(secretKey ? { secretKey } : {}),
    problems: [
      ...problems,
      ...secretProblems(input.variables, { isHosted: !isLoopback(input.projectUrl) }),
      ...reserved.map((name) =>
        `${name} cannot be a secret: names beginning with SUPABASE_ are the platform's own. ` +
        `Variables for the CLI belong in the shell`
      ),
      ...names.filter((name) => urls.test(name))
        .filter((name) => isLoopback(secrets[name]) && !isLoopback(input.projectUrl))
        .map((name) => `${name} points to this machine, which a hosted project cannot reach`),
    ],
    warnings: [
      ...warnings,
      ...names.filter((name) => !input.known.includes(name))
        .map((name) => `${name} is not among the variables of .env.example; it is set anyway`),
    ],
  };
}

function readAsFunctionsDo(
  secrets: Readonly<Record<string, string>>,
  { present, projectUrl }: EnvironmentInput,
): { problems: string[]; warnings: string[] } {
  const fromPlatform = {
    SUPABASE_URL: projectUrl,
    SUPABASE_SECRET_KEYS: '{"default":"given by the platform"}',
  };
  const isThere = (problem: string) =>
    present?.some((name) => problem.includes(`${name} is missing`));
  const unless = (problem: string) =>
    present === null && problem.endsWith(" is missing")
      ? `${problem}, unless the project has it already`
      : problem;
  try {
    const env = readEnv({ source: { ...secrets, ...fromPlatform } });
    return { problems: [], warnings: env.integrationProblems.filter((it) => !isThere(it)) };
  } catch (error) {
    if (!(error instanceof AppError) || !Array.isArray(error.details)) throw error;
    const problems = error.details.map(String).filter((problem) => !isThere(problem));
    return { problems: problems.map(unless), warnings: [] };
  }
}

function isLoopback(url: string | undefined): boolean {
  if (url === undefined || !URL.canParse(url)) return false;
  return /^(localhost|127\.|0\.0\.0\.0|\[::1\])/.test(new URL(url).hostname);
}
