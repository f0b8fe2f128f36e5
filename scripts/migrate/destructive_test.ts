import assert from "node:assert/strict";
import { question, refusal } from "./destructive.ts";

const url = "https://project.example.com";

Deno.test("question() names each option that deletes, and what", () => {
  assert.equal(
    question(url, {}),
    `Link the tools to the assistants of all organizations at ${url}?`,
  );
  const asked = question(url, { orgId: "1", forceUpdate: true, pruneDuplicates: true });
  assert.match(asked, /^! --force-update .*deletes.*\n! --prune-duplicates deletes.*\nLink /);
  assert.match(asked, /organization 1 at /);
});

Deno.test("refusal() lets through what only adds, and stops what deletes, saying how to go on", () => {
  assert.equal(refusal({}), null);
  assert.equal(refusal({ forceUpdate: false, pruneDuplicates: false }), null);
  assert.match(refusal({ pruneDuplicates: true }) ?? "", /--prune-duplicates.*\n.*--yes/);
  assert.match(refusal({ forceUpdate: true }) ?? "", /--force-update.*\n.*--yes.*--dry-run/);
});

Deno.test("migrate begins nothing that deletes where nobody can answer, and exits with 2", async () => {
  const requests: string[] = [];
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, ({ url }) => {
    requests.push(url);
    return new Response("{}", { status: 500 });
  });
  try {
    const { code, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["run", "-A", "--no-check", new URL("../migrate.ts", import.meta.url).pathname]
        .concat(`--url=http://127.0.0.1:${server.addr.port}`, "--prune-duplicates"),
      env: { SUPABASE_SECRET_KEY: "sb_secret_x" },
      stdin: "null",
    }).output();
    assert.equal(code, 2);
    assert.match(
      new TextDecoder().decode(stderr),
      /--prune-duplicates deletes.*--yes.*Nothing was/s,
    );
    assert.deepEqual(requests, []);
  } finally {
    await server.shutdown();
  }
});
