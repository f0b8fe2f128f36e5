import assert from "node:assert/strict";
import { describeLogLine } from "./log_line.ts";

const line = (fields: Record<string, unknown>) =>
  describeLogLine({ slug: "outbox", stream: "stdout", line: "raw", fields });

Deno.test("describeLogLine() says what happened, without what only a machine wants, and colours what is wrong", () => {
  const fields = { event: "job_succeeded", job_id: "1", attempt: 1, kind: "sms", ms: 12 };
  assert.equal(
    line({ level: "info", ...fields }),
    `${"outbox".padEnd(24)}job succeeded  kind=sms ms=12`,
  );
  const warned = line({ level: "warn", ...fields, attempt: 2 }) ?? "";
  assert.ok(warned.includes("\x1b[33mjob succeeded\x1b[0m  attempt=2"), warned);
  assert.equal(line({ level: "debug", ...fields }), null);
  const trace = { slug: "outbox", stream: "stderr", line: "at x.ts:1", fields: null } as const;
  assert.equal(describeLogLine(trace), "outbox  at x.ts:1");
});
