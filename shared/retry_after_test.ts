import assert from "node:assert/strict";
import { parseRetryAfter } from "./retry_after.ts";

const NOW = new Date("2026-01-02T03:04:05Z");

Deno.test("parseRetryAfter() reads seconds and HTTP dates", () => {
  const samples: [string, number][] = [
    ["0", 0],
    ["7", 7_000],
    [" 120 ", 120_000],
    ["Fri, 02 Jan 2026 03:04:35 GMT", 30_000],
    ["Friday, 02-Jan-26 03:04:35 GMT", 30_000],
    ["Fri Jan  2 03:04:35 2026 GMT", 30_000],
  ];
  for (const [header, ms] of samples) assert.equal(parseRetryAfter(header, NOW), ms, header);
});

Deno.test("parseRetryAfter() takes a date in the past for now, and caps at ten minutes", () => {
  assert.equal(parseRetryAfter("Thu, 01 Jan 2026 00:00:00 GMT", NOW), 0);
  assert.equal(parseRetryAfter("Sat, 03 Jan 2026 00:00:00 GMT", NOW), 600_000);
  assert.equal(parseRetryAfter("86400", NOW), 600_000);
});

Deno.test("parseRetryAfter() returns null for what it can't read", () => {
  for (const header of [null, "", "soon", "-1", "3.5", "1e3", "2026-01-02T04:00:00Z"]) {
    assert.equal(parseRetryAfter(header, NOW), null, String(header));
  }
});
