import assert from "node:assert/strict";
import { chartsOf } from "./figures.ts";

const hour = (n: number) => new Date(Date.UTC(2026, 10, 23, n)).toISOString();
const row = (series: string, n: number, events: number, p95_seconds = 0.2) => ({
  metric: "tool_call_seconds",
  series,
  starts_at: hour(n),
  events,
  p95_seconds,
});

Deno.test("chartsOf() puts each row into its hour, and 0 where nothing happened", () => {
  const now = Date.UTC(2026, 10, 24, 9, 30);
  const [tools, ...others] = chartsOf([row("ok", 10, 7), row("failed", 33, 1)], { hours: 24, now });
  assert.equal(tools?.starts.length, 25);
  assert.deepEqual([tools?.starts[0], tools?.starts.at(-1)], [
    Date.UTC(2026, 10, 23, 9),
    Date.UTC(2026, 10, 24, 9),
  ]);
  const [ok, refused, failed] = tools?.series ?? [];
  assert.deepEqual(ok?.values.slice(0, 3), [0, 7, 0]);
  assert.ok(refused?.values.every((value) => value === 0));
  assert.equal(failed?.values.at(-1), 1);
  assert.deepEqual(tools?.p95?.slice(0, 3), [null, 0.2, null]);
  assert.ok(others.every(({ series }) => series.every(({ values }) => values.length === 25)));
});

Deno.test("chartsOf() goes by the minute up to two hours", () => {
  const [tools] = chartsOf([], { hours: 2, now: Date.UTC(2026, 10, 24, 9, 30, 12) });
  assert.equal(tools?.starts.length, 121);
  assert.equal(tools?.starts.at(-1), Date.UTC(2026, 10, 24, 9, 30));
});
