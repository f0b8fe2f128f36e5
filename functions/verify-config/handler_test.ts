import assert from "node:assert/strict";
import { createLogger } from "../../shared/log.ts";
import type { VerifyReport } from "./verify.ts";
import { verifyConfig } from "./handler.ts";

const env = { secretKeys: ["sb_secret_x"] };
const report: VerifyReport = {
  ok: true,
  checkedAt: "2026-11-21T05:07:00.000Z",
  summary: {
    organizations: 1,
    agents: 1,
    assistants: 1,
    tools: 1,
    errors: 0,
    warnings: 0,
    infos: 0,
  },
  findings: [],
};

/** The function, with a verification that takes as long as the test wants. */
function setUp() {
  const verification = Promise.withResolvers<VerifyReport>();
  const lines: string[] = [];
  const logged = Promise.withResolvers<void>();
  const recorded: unknown[] = [];
  const log = createLogger("verify-config", {}, {
    write: (_level, line) => {
      lines.push(line);
      logged.resolve();
    },
  });
  const db = {
    rpc: (name: string, args: unknown) => {
      recorded.push([name, args]);
      return Promise.resolve(null);
    },
  };
  const ask = (body: Record<string, boolean>) =>
    verifyConfig({
      env,
      db,
      log,
      numbers: () => Promise.resolve([]),
      verify: () => verification.promise,
    }).fetch(
      new Request("http://localhost/verify-config", {
        method: "POST",
        headers: { apikey: "sb_secret_x", "content-type": "application/json" },
        body: JSON.stringify(body),
      }),
    );
  return { ask, verification, lines, logged: logged.promise, recorded };
}

Deno.test("verify-config answers 202 at once where it is to work in the background, and records what it finds", async () => {
  const { ask, verification, logged, recorded } = setUp();
  const response = await ask({ record: true, background: true });
  assert.equal(response.status, 202);
  assert.deepEqual(await response.json(), { success: true, accepted: true });
  assert.deepEqual(recorded, []);

  verification.resolve(report);
  await logged;
  const { ok, summary, findings } = report;
  assert.deepEqual(recorded, [
    ["record_verification", { p_org_id: null, p_report: { ok, summary, findings } }],
  ]);
});

Deno.test("verify-config logs a verification that fails in the background", async () => {
  const { ask, verification, lines, logged, recorded } = setUp();
  assert.equal((await ask({ record: true, background: true })).status, 202);
  verification.reject(new Error("Vapi is away"));
  await logged;
  assert.match(lines[0] ?? "", /"level":"error".*"event":"verify_failed"/);
  assert.deepEqual(recorded, []);
});

Deno.test("verify-config refuses to verify in the background what nobody would hear of", async () => {
  const { ask } = setUp();
  const response = await ask({ background: true });
  assert.equal(response.status, 400);
  assert.match(await response.text(), /background needs record/);
});

Deno.test("verify-config answers with the report if the caller waits for it", async () => {
  const { ask, verification, recorded } = setUp();
  verification.resolve(report);
  const response = await ask({});
  assert.equal(response.status, 200);
  assert.deepEqual(await response.json(), report);
  assert.deepEqual(recorded, []);
});
