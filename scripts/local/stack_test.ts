import assert from "node:assert/strict";
import postgres from "postgres";
import { withPostgres, withStack } from "../tests/support/with_stack.ts";

Deno.test("startStack() twice on one server", async (t) => {
  await withPostgres(async (postgresUrl) => {
    const names: string[] = [];
    await withStack(async (first) => {
      await t.step("stores what the database needs to call the functions", async () => {
        const rows = await first.sql<{ name: string; decrypted_secret: string }[]>`
          select name, decrypted_secret from vault.decrypted_secrets`;
        const secrets = Object.fromEntries(rows.map((row) => [row.name, row.decrypted_secret]));
        assert.deepEqual(secrets, { project_url: first.apiUrl, secret_key: first.secretKey });
      });

      await t.step("says that it has no double of Vapi where it was started without", () => {
        assert.throws(() => first.vapi, /started without it/);
      });

      await t.step("answers for PostgREST as where it is down, started without", async () => {
        assert.throws(() => first.restUrl, /started without it/);
        const ask = (headers: HeadersInit) =>
          fetch(`${first.apiUrl}/rest/v1/organizations`, { headers });
        const refused = await ask({});
        await refused.body?.cancel();
        assert.equal(refused.status, 401);
        const response = await ask({ apikey: first.secretKey });
        assert.equal(response.status, 503);
        assert.equal((await response.json()).code, "PGRST002");
      });

      await t.step(
        "gives two stacks that know nothing of each other",
        () =>
          withStack(async (second) => {
            assert.notEqual(first.apiUrl, second.apiUrl);
            await first.signUp({ email: "one@example.com", password: "password" });
            assert.equal((await second.sql`select from auth.users`).length, 0);
            const headers = { apikey: first.secretKey };
            const response = await fetch(`${second.apiUrl}/rest/v1/organizations`, { headers });
            assert.equal(response.status, 401);
            await response.body?.cancel();
            names.push(...[first, second].map(({ dbUrl }) => new URL(dbUrl).pathname.slice(1)));
          }, { postgresUrl }),
      );
    }, { postgresUrl, vapi: false, dataApi: false });

    await t.step("close() removes the databases and leaves the server running", async () => {
      assert.equal(new Set(names).size, 2);
      const server = postgres(postgresUrl, { max: 1 });
      const left = await server`select from pg_database where datname = any(${names})`;
      await server.end();
      assert.equal(left.length, 0);
    });
  });
});

Deno.test("startStack() runs a server of its own where that is wanted", async () => {
  await withStack(async ({ sql, dbUrl }) => {
    const [row] = await sql<{ version: string }[]>`select version() as version`;
    assert.match(row?.version ?? "", /^PostgreSQL 17\./);
    const shared = Deno.env.get("LOCAL_POSTGRES");
    if (shared !== undefined) assert.notEqual(new URL(dbUrl).port, new URL(shared).port);
  }, { postgresUrl: "own", vapi: false, dataApi: false });
});
