/**
 * What the database needs to call the functions, stored in its Vault. `supabase db push` fills the Vault from config.toml only when there
 * are migrations to apply, so a rotated key would never arrive: it is set here.
 */

import { z } from "zod";
import { type SupabaseCli, SupabaseCliError } from "./supabase_cli.ts";
import { withPrivateFile } from "./private_file.ts";

export interface VaultEntries {
  project_url: string;
  secret_key: string;
}

const rowsSchema = z.array(z.object({ name: z.string() }));

/**
 * Sets the entries that are missing or differ, and returns their names. An entry that a restored database cannot decrypt, because its key
 * stayed elsewhere, cannot be compared either: it is deleted and stored anew.
 */
export async function setVault(
  cli: SupabaseCli,
  database: string,
  entries: VaultEntries,
): Promise<string[]> {
  const run = async (statement: string) =>
    rowsSchema.parse(
      await withPrivateFile(
        statement,
        (file) => cli.run(["db", "query", `--remote=${database}`, "--file", file]),
      ),
    ).map(({ name }) => name);
  try {
    return await run(vaultStatement(entries));
  } catch (error) {
    if (!isUndecryptable(error)) throw error;
    await run(forgetStatement(entries));
    return await run(vaultStatement(entries));
  }
}

/**
 * The words of Vault (`invalid ciphertext`) and of pgcrypto (`Wrong key or corrupt data`). "Decrypt" proves nothing: any error that quotes
 * the view's name contains it, and none of those may delete a secret.
 */
function isUndecryptable(error: unknown): boolean {
  return error instanceof SupabaseCliError &&
    /invalid ciphertext|wrong key or corrupt data/i.test(error.message);
}

function forgetStatement(entries: VaultEntries): string {
  const names = Object.keys(entries).map(literal).join(", ");
  return `delete from vault.secrets where name in (${names}) returning name;`;
}

/** One statement that creates or updates what differs, and returns the names of what it changed. */
function vaultStatement(entries: VaultEntries): string {
  const values = Object.entries(entries)
    .map(([name, value]) => `(${literal(name)}, ${literal(value)})`);
  return `
with wanted (name, value) as (
  values ${values.join(", ")}
), differing as (
  select wanted.name, wanted.value, stored.id
  from wanted left join vault.decrypted_secrets stored using (name)
  where stored.decrypted_secret is distinct from wanted.value
)
select name, case
  when id is null then vault.create_secret(value, name)::text
  else vault.update_secret(id, value)::text
end as result
from differing
order by name;
`;
}

function literal(text: string): string {
  if (text.includes("\\")) throw new Error("Cannot put a value with a backslash into the Vault");
  return `'${text.replaceAll("'", "''")}'`;
}
