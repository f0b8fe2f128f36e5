import assert from "node:assert/strict";
import { AppError } from "./http/errors.ts";
import { isJsonObject, type JsonObject, parseJson } from "./json.ts";
import { createLogger, type LogFields, maskText, redact } from "./log.ts";

const NOW = new Date("2026-01-02T03:04:05.678Z");

function collecting(fields: LogFields = {}) {
  const lines: string[] = [];
  const log = createLogger("tool-sync", fields, {
    write: (_, line) => lines.push(line),
    now: () => NOW,
  });
  const parsed = (): JsonObject[] => lines.map(parseJson).filter(isJsonObject);
  return { log, lines, parsed };
}

Deno.test("createLogger() writes one JSON object per line, undefined fields left out", () => {
  const { log, lines } = collecting({ request_id: "r1", execution_id: undefined });
  log.info("synced\nwell", { ms: 12, outcome: "ok" });
  assert.deepEqual(lines, [
    '{"ts":"2026-01-02T03:04:05.678Z","level":"info","event":"synced\\nwell","fn":"tool-sync",' +
    '"request_id":"r1","ms":12,"outcome":"ok"}',
  ]);
});

Deno.test("Log.with() adds fields for the lines that follow", () => {
  const { log, parsed } = collecting();
  log.with({ org_id: "o1" }).with({ tool: "t1" }).warn("retry", { attempt: 2 });
  log.error("other");
  const [first, second] = parsed();
  assert.deepEqual([first?.org_id, first?.tool, first?.attempt], ["o1", "t1", 2]);
  assert.equal(second?.org_id, undefined);
});

Deno.test("createLogger() writes an error with its code and cause", () => {
  const { log, parsed } = collecting();
  log.error("failed", {
    error: new AppError("database_error", "No", { cause: new Error("call +15550100001") }),
  });
  const error = parsed()[0]?.error;
  assert.ok(isJsonObject(error) && isJsonObject(error.cause ?? null));
  assert.deepEqual([error.code, error.status, error.message], ["database_error", 500, "No"]);
  assert.match(JSON.stringify(error.cause), /call \*\*\*01/);
});

Deno.test("createLogger() keeps a line below the platform's limit, and it stays JSON", () => {
  const { log, lines, parsed } = collecting();
  const many = Object.fromEntries(
    Array.from({ length: 40 }, (_, i) => [`field_${i}`, "x y ".repeat(500)]),
  );
  log.info("long", many);
  assert.ok((lines[0] ?? "").length <= 10_000);
  assert.equal(parsed()[0]?.truncated, true);
});

Deno.test("redact() never shows a value under a sensitive key, at any depth", () => {
  const keys = [
    "secret",
    "vapiWebhookSecret",
    "x-vapi-secret",
    "access_token",
    "Authorization",
    "apikey",
    "api_key",
    "privateKey",
    "password",
    "code",
    "otp",
    "systemPrompt",
    "transcript",
    "patientName",
    "arguments",
    "cookie",
    "x-signature",
  ];
  for (const key of keys) {
    const text = JSON.stringify(
      redact({ outer: [{ [key]: "hidden" }], [key]: { deep: "hidden" } }),
    );
    assert.doesNotMatch(text, /hidden/, key);
  }
});

Deno.test("redact() keeps the fields that logs are for", () => {
  const fields = {
    error_code: "not_found",
    status: 404,
    ms: 12.5,
    tool: "checkAvailability",
    org_id: "11111111-1111-4111-8111-111111111111",
    job_id: "00000000-0000-0000-0000-123456789012",
    at: "2026-01-02T03:04:05.678Z",
    date: "2026-01-02",
    url: "https://api.vapi.ai/tool/22222222-2222-4222-8222-222222222222?limit=1000",
    none: null,
  };
  assert.deepEqual(redact(fields), fields);
});

Deno.test("maskText() leaves the last two digits of a phone number", () => {
  const numbers = [
    "+15550100001",
    "+1 555 010 0001",
    "+1 (555) 010-0001",
    "+49 30 1234501",
    "15550100001",
    "5550100001",
    "555-010-0001",
    "(555) 010-0001",
    "tel:+15550100001,",
  ];
  for (const number of numbers) {
    const masked = maskText(`call ${number} now`);
    assert.match(masked, /^call (tel:)?\*\*\*01,? now$/, `${number} → ${masked}`);
  }
});

Deno.test("maskText() masks e-mail addresses, bearer tokens, secret keys and JWTs", () => {
  assert.equal(maskText("to jane.doe+x@mail.example.com."), "to ***@mail.example.com.");
  const secrets = ["Bearer abc.def", "Basic dTpw", "sb_secret_abc", "eyJhbGciOi.eyJzdWIi.c2ln"];
  for (const secret of secrets) assert.equal(maskText(`key ${secret}`), "key [redacted]");
});

Deno.test("redact() bounds text, lists and depth", () => {
  assert.ok(maskText("a b ".repeat(1_000)).length <= 1_001);
  const deep = { a: { a: { a: { a: { a: { a: { a: { a: 1 } } } } } } } };
  assert.match(JSON.stringify(redact(deep)), /\[…\]/);
  const list = redact({ list: Array.from({ length: 999 }, (_, i) => i) }).list;
  assert.ok(Array.isArray(list) && list.length === 50);
});

Deno.test("maskText() is done at once with texts on which its patterns would take hours", () => {
  for (const word of ["a", "eyJ-", "Bearer ", "1-", "+1 "]) {
    assert.ok(maskText(word.repeat(1_000_000)).length <= 1_001, word);
  }
});

Deno.test("maskText() never keeps part of a number or address that a long text is cut in", () => {
  for (const secret of ["jane.doe@mail.example.com", "sb_secret_abcdefghijklmnop"]) {
    for (let at = 1_950; at < 2_000; at++) {
      // Numbers shrink when they are masked, so the cut falls within what is kept.
      const text = "+15550100001 ".repeat(at / 13).padEnd(at, ".") + ` ${secret} and more`;
      assert.doesNotMatch(maskText(text), /jane|sb_s/);
    }
  }
});

Deno.test("redact() survives what JSON can't hold", () => {
  const cycle: Record<string, unknown> = { big: 1n, fn: () => 1, when: new Date(0), nan: NaN };
  cycle.self = cycle;
  assert.match(JSON.stringify(redact(cycle)), /1970-01-01/);
});
