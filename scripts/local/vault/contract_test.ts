import assert from "node:assert/strict";
import { refusal, withDatabase } from "../../tests/support/contract.ts";

Deno.test("Vault", async (t) => {
  await withDatabase(async ({ sql }) => {
    const read = async (name: string) => {
      const [row] = await sql<{ decrypted_secret: string }[]>`
        select decrypted_secret from vault.decrypted_secrets where name = ${name}`;
      return row?.decrypted_secret;
    };
    const [created] = await sql<{ id: string }[]>`
      select vault.create_secret('first value', 'contract_a', 'a description') as id`;
    const id = created?.id ?? "";

    await t.step("create_secret() stores a secret that reads back by name", async () => {
      assert.equal(await read("contract_a"), "first value");
    });

    await t.step("what lies in the table is not the plain text", async () => {
      const [row] = await sql<{ secret: string; description: string }[]>`
        select secret, description from vault.secrets where id = ${id}`;
      assert.equal(row?.description, "a description");
      assert.doesNotMatch(row?.secret ?? "", /first value/);
    });

    await t.step("update_secret() changes what it is given and nothing else", async () => {
      await sql`select vault.update_secret(${id}, 'second value')`;
      assert.equal(await read("contract_a"), "second value");
      await sql`select vault.update_secret(${id}, new_name => 'contract_b')`;
      assert.equal(await read("contract_b"), "second value");
    });

    await t.step("a name is taken once", async () => {
      assert.equal(await refusal(sql`select vault.create_secret('x', 'contract_b')`), "23505");
    });

    await t.step("signed-in and anonymous users can't read it", async () => {
      for (const role of ["anon", "authenticated"]) {
        const query = sql.begin(async (transaction) => {
          await transaction.unsafe(`set local role ${role}`);
          await transaction`select decrypted_secret from vault.decrypted_secrets`;
        });
        assert.equal(await refusal(query), "42501");
      }
    });

    await t.step("a secret can be deleted", async () => {
      await sql`delete from vault.secrets where id = ${id}`;
      assert.equal(await read("contract_b"), undefined);
    });
  });
});
