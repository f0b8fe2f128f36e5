import assert from "node:assert/strict";
import { parseParameters, parseReportQuery } from "./parameters.ts";

Deno.test("parseParameters() takes an empty body for everything, in earnest", () => {
  assert.deepEqual(parseParameters({}), {
    dryRun: false,
    orgId: null,
    forceUpdate: false,
    pruneDuplicates: false,
  });
});

Deno.test("parseParameters() refuses unknown fields by name, so that a misspelt dryRun does not start a real run", () => {
  assert.throws(() => parseParameters({ dry_run: true, dryrun: true }), {
    code: "invalid_input",
    message: "Cannot start the migration: dry_run: unknown field; dryrun: unknown field",
  });
  assert.throws(() => parseParameters({ dryRun: "true" }), { code: "invalid_input" });
  assert.throws(() => parseParameters({ orgId: "all" }), { code: "invalid_input" });
});

Deno.test("parseReportQuery() takes a run or the latest one, with lists or without", () => {
  const runId = "11111111-1111-4111-8111-111111111111";
  const query = (text: string) => parseReportQuery(new URL(`https://example.com/${text}`));
  assert.deepEqual(query(""), { summary: false });
  assert.deepEqual(query(`?runId=${runId}&summary=true`), { runId, summary: true });
  assert.throws(() => query("?run=1"), { code: "invalid_input" });
});
