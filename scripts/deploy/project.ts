/** What a deployment reads from the project, through the Supabase CLI. Nothing here changes it. */

import { z } from "zod";
import type { SupabaseCli } from "./supabase_cli.ts";

const secretsSchema = z.object({ secrets: z.array(z.object({ name: z.string() })) });
const keySchema = z.object({
  name: z.string(),
  type: z.string().nullish(),
  api_key: z.string().nullish(),
});
const keysSchema = z.object({ keys: z.array(keySchema) });
const migrationsSchema = z.object({ migrations: z.array(z.string()) });

/** Names of the secrets that are set for the functions. */
export async function secretNames(cli: SupabaseCli, projectRef: string): Promise<string[]> {
  const output = await cli.run(["secrets", "list", `--remote=${projectRef}`]);
  return secretsSchema.parse(output).secrets.map(({ name }) => name);
}

/**
 * The API key with which the database calls the functions: the secret key named `automations`, else the one named `default`, else any, else
 * the legacy service role key. Null if the project has none of them, or this login may not see them.
 */
export async function secretKey(cli: SupabaseCli, projectRef: string): Promise<string | null> {
  const output = await cli.run(["projects", "api-keys", "--reveal", `--remote=${projectRef}`]);
  const { keys } = keysSchema.parse(output);
  const secret = keys.filter(({ type, api_key: key }) =>
    type === "secret" && /^sb_secret_[\w-]+$/.test(key ?? "")
  );
  const named = (name: string) => secret.find((key) => key.name === name);
  const legacy = keys.find(({ type, name }) => type === "legacy" && name === "service_role");
  return (named("automations") ?? named("default") ?? secret[0] ?? legacy)?.api_key ?? null;
}

/** Files of the migrations that have not been applied to the database yet. */
export async function pendingMigrations(cli: SupabaseCli, database: string): Promise<string[]> {
  const output = await cli.run(["db", "push", "--dry-run", "--skip-vault", `--remote=${database}`]);
  return migrationsSchema.parse(output).migrations;
}
