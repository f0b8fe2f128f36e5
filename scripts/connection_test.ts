import assert from "node:assert/strict";
import { connection } from "./connection.ts";

/** A project whose function answers as told, and what reached it. */
async function withProject(
  answer: () => Response,
  test: (url: string, requests: { url: string; headers: Headers }[]) => Promise<void>,
): Promise<void> {
  const requests: { url: string; headers: Headers }[] = [];
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, (request) => {
    requests.push({ url: request.url, headers: new Headers(request.headers) });
    return answer();
  });
  try {
    await test(`http://127.0.0.1:${server.addr.port}`, requests);
  } finally {
    await server.shutdown();
  }
}

async function withEnvFile(text: string, test: (file: string) => Promise<void>): Promise<void> {
  const file = await Deno.makeTempFile();
  try {
    await Deno.writeTextFile(file, text);
    await test(file);
  } finally {
    await Deno.remove(file);
  }
}

Deno.test("connection() takes URL and key from a file and sends the key as apikey", () =>
  withProject(
    () => Response.json({ ok: true }),
    (url, requests) =>
      withEnvFile(`SUPABASE_URL=${url}/\nSUPABASE_SECRET_KEY='sb_secret_x'\n`, async (file) => {
        const api = await connection({ env: file });
        assert.equal(api.url, url);
        assert.deepEqual(await api.call("migrate-tools?summary=true", { method: "GET" }), {
          ok: true,
        });
        assert.equal(requests[0]?.url, `${url}/functions/v1/migrate-tools?summary=true`);
        assert.equal(requests[0]?.headers.get("apikey"), "sb_secret_x");
        assert.equal(requests[0]?.headers.has("authorization"), false);
      }),
  ));

Deno.test("connection() prefers --url to the file's URL", () =>
  withEnvFile("SUPABASE_URL=https://a.example.com\nSUPABASE_SECRET_KEY=k\n", async (file) => {
    const { url } = await connection({ env: file, url: "https://b.example.com" });
    assert.equal(url, "https://b.example.com");
  }));

Deno.test("connection() names everything that is missing, and takes an empty value for none", () =>
  withEnvFile("SUPABASE_SECRET_KEY=\n", async (file) => {
    await assert.rejects(connection({ env: file }), {
      message:
        "Cannot connect: set SUPABASE_URL (or --url) and SUPABASE_SECRET_KEY, in the environment or with --env",
    });
  }));

Deno.test("a call fails with the function's own message, or with what else was answered", async () => {
  const answers = [
    Response.json({ success: false, error: { code: "not_found", message: "No such run" } }, {
      status: 404,
    }),
    new Response("<html>Bad gateway</html>", { status: 502 }),
  ];
  await withProject(
    () => answers.shift()!,
    (url) =>
      withEnvFile(`SUPABASE_URL=${url}\nSUPABASE_SECRET_KEY=k\n`, async (file) => {
        const api = await connection({ env: file });
        const call = () => api.call("migrate-tools", { method: "GET" });
        await assert.rejects(call, { message: "migrate-tools answered 404: No such run" });
        await assert.rejects(call, /answered 502: <html>Bad gateway/);
      }),
  );
});
