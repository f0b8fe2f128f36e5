import assert from "node:assert/strict";
import { withPostgres, withStack } from "../tests/support/with_stack.ts";

Deno.test("startStack() stores what the database needs to call the functions", async () => {
  await withStack(async ({ sql, apiUrl, secretKey }) => {
    const rows = await sql<{ name: string; decrypted_secret: string }[]>`
      select name, decrypted_secret from vault.decrypted_secrets`;
    const secrets = Object.fromEntries(rows.map((row) => [row.name, row.decrypted_secret]));
    assert.deepEqual(secrets, { project_url: apiUrl, secret_key: secretKey });
  });
});

Deno.test("startStack() twice gives two stacks that know nothing of each other", async () => {
  await withStack((first) =>
    withStack(async (second) => {
      assert.notEqual(first.apiUrl, second.apiUrl);
      await first.signUp({ email: "one@example.com", password: "password" });
      assert.equal((await second.sql`select from auth.users`).length, 0);
      const headers = { apikey: first.secretKey };
      const response = await fetch(`${second.apiUrl}/rest/v1/organizations`, { headers });
      assert.equal(response.status, 401);
      await response.body?.cancel();
    })
  );
});

Deno.test("startStack() runs a server of its own where that is wanted", async () => {
  await withStack(async ({ sql, dbUrl }) => {
    const [row] = await sql<{ version: string }[]>`select version() as version`;
    assert.match(row?.version ?? "", /^PostgreSQL 17\./);
    const shared = Deno.env.get("LOCAL_POSTGRES");
    if (shared !== undefined) assert.notEqual(new URL(dbUrl).port, new URL(shared).port);
  }, { postgresUrl: "own" });
});

Deno.test("close() removes the database and leaves the shared server running", async () => {
  await withPostgres(async (postgresUrl) => {
    const { default: postgres } = await import("postgres");
    const server = postgres(postgresUrl, { max: 1 });
    let name = "";
    await withStack(async ({ dbUrl }) => {
      await Promise.resolve();
      name = new URL(dbUrl).pathname.slice(1);
    }, { postgresUrl });
    assert.notEqual(name, "");
    assert.equal((await server`select from pg_database where datname = ${name}`).length, 0);
    await server.end();
  });
});

Deno.test("a stack without the double of Vapi says so when it is asked for it", async () => {
  await withStack(async (stack) => {
    await Promise.resolve();
    assert.throws(() => stack.vapi, /started without it/);
  }, { vapi: false });
});
