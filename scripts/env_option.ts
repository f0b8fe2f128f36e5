/** The option that names a file of variables, the same for every command. */

/**
 * `--env`, because Node 20 treats `--env-file` anywhere on its command line as its own: under npx such a command would end with "node:
 * <file>: not found" before it began. The longer name stays for people who start Deno itself.
 */
export const envOption = {
  "env": { type: "string" },
  "env-file": { type: "string" },
} as const;

export interface EnvOption {
  env?: string | undefined;
  "env-file"?: string | undefined;
}

/** The file's name; undefined if none was given. Throws an Error if two were. */
export function envFileOf({ env, "env-file": long }: EnvOption): string | undefined {
  if (env !== undefined && long !== undefined && env !== long) {
    throw new Error("Cannot read two env files: --env and --env-file are the same option");
  }
  const file = env ?? long;
  if (file === "") throw new Error("Cannot read the env file: --env has no file's name after it");
  return file;
}

/** Why a file could not be read, in a sentence that names it. */
export function unreadable(file: string, error: unknown): string {
  const reason = error instanceof Deno.errors.NotFound
    ? "there is none"
    : error instanceof Deno.errors.IsADirectory
    ? "it is a folder"
    : error instanceof Deno.errors.PermissionDenied
    ? "its permissions don't let you"
    : error instanceof Error
    ? error.message
    : String(error);
  return `Cannot read the env file ${file}: ${reason}`;
}
