import assert from "node:assert/strict";
import type { Sql } from "postgres";
import { withDatabase } from "../schema/with_database.ts";
import { isLong } from "../tests/support/amount.ts";
import { withDeployment, withFolder } from "../tests/support/deployment.ts";
import { shareServer } from "../tests/support/share_server.ts";
import { type SupabaseCli, SupabaseCliError } from "./supabase_cli.ts";
import { setVault } from "./vault.ts";

shareServer();

const PROJECT = "abcdefghijklmnopqrst";

/** What `db query` does, without the three seconds that the CLI takes to start; with the CLI itself if there is time. */
async function withCli(sql: Sql, test: (cli: SupabaseCli) => Promise<void>): Promise<void> {
  const query = async (statement: string) => [...await sql.unsafe(statement)];
  if (isLong) {
    return await withFolder((folder) => withDeployment(({ cli }) => test(cli), { folder, query }));
  }
  await test({
    run: async (args) => {
      const statement = await Deno.readTextFile(args[args.indexOf("--file") + 1] ?? "");
      return await query(statement).catch((error) => {
        throw new SupabaseCliError(`supabase db query failed: ${error.message}`);
      });
    },
  });
}

async function stored(sql: Sql): Promise<unknown> {
  const rows = await sql`select name, decrypted_secret from vault.decrypted_secrets`;
  return Object.fromEntries(rows.map((row) => [row.name, row.decrypted_secret]));
}

Deno.test("setVault() sets what is missing or differs, and deletes only what can't be decrypted", async (t) => {
  await withDatabase(({ sql }) =>
    withCli(sql, async (cli) => {
      const set = (entries: Parameters<typeof setVault>[2]) => setVault(cli, PROJECT, entries);
      const first = { project_url: "https://it's.example.com", secret_key: "sb_secret_new" };
      const newer = { ...first, secret_key: "sb_secret_newer" };

      await t.step("what is missing, then what differs, then nothing", async () => {
        assert.deepEqual(await set(first), ["project_url", "secret_key"]);
        assert.deepEqual(await set(newer), ["secret_key"]);
        assert.deepEqual(await set(newer), []);
        assert.deepEqual(await stored(sql), newer);
      });

      await t.step("an error that only names the Vault's view deletes nothing", async () => {
        await sql`alter view vault.decrypted_secrets rename to elsewhere`;
        await assert.rejects(set(first), /decrypted_secrets/);
        await sql`alter view vault.elsewhere rename to decrypted_secrets`;
        assert.deepEqual(await stored(sql), newer);
      });

      await t.step("what the Vault can't decrypt any more is stored anew", async () => {
        await sql`update vault._key set key = 'lost'`;
        assert.deepEqual(await set(newer), ["project_url", "secret_key"]);
        assert.deepEqual(await stored(sql), newer);
      });
    })
  );
});
