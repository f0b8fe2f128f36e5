import assert from "node:assert/strict";
import { createDatabase } from "./database.ts";
import { freePort } from "./free_port.ts";
import { createKeys } from "./keys.ts";
import { readMigrations } from "./migrations.ts";
import { startPostgrest } from "./postgrest.ts";
import { withPostgres } from "../tests/support/with_stack.ts";

Deno.test("many that start at once each answer at their own address, to their own tokens", () =>
  withPostgres(async (serverUrl) => {
    const database = await createDatabase(serverUrl, await readMigrations());
    const started = await Promise.all(Array.from({ length: 4 }, async () => {
      const keys = await createKeys();
      const rest = await startPostgrest({ dbUrl: database.url("authenticator"), keys });
      return { rest, token: await keys.signJwt({ role: "anon" }) };
    }));
    try {
      const [{ token: first } = { token: "" }] = started;
      for (const { rest, token } of started) {
        const statusFor = async (bearer: string) => {
          const headers = { authorization: `Bearer ${bearer}` };
          const response = await fetch(rest.url, { headers });
          await response.body?.cancel();
          return response.status;
        };
        assert.equal(await statusFor(token), 200);
        if (token !== first) assert.equal(await statusFor(first), 401);
      }
    } finally {
      await Promise.all(started.map(({ rest }) => rest.close()));
      await database.drop();
    }
  }));

Deno.test("a port that is taken before it is used is given up for another", () =>
  withPostgres(async (serverUrl) => {
    const database = await createDatabase(serverUrl, await readMigrations());
    const other = Deno.serve(
      { hostname: "127.0.0.1", port: 0, onListen: () => {} },
      () => new Response("somebody else", { status: 401 }),
    );
    const ports = [other.addr.port, freePort()];
    const rest = await startPostgrest({
      dbUrl: database.url("authenticator"),
      keys: await createKeys(),
      choosePort: () => ports.shift() ?? freePort(),
    });
    try {
      assert.notEqual(rest.url, `http://127.0.0.1:${other.addr.port}`);
      const response = await fetch(rest.url);
      assert.match(response.headers.get("server") ?? "", /postgrest/);
      await response.body?.cancel();
    } finally {
      await rest.close();
      await other.shutdown();
      await database.drop();
    }
  }));
