import assert from "node:assert/strict";
import { expose, type Metric } from "./exposition.ts";
import { parseExposition } from "../../scripts/tests/support/unit/exposition.ts";

const gauge: Metric = {
  name: "jobs",
  kind: "gauge",
  help: "Jobs by queue.",
  bounds: null,
  samples: [{ labels: { queue: "outbox" }, value: 3 }],
};

Deno.test("expose() writes names with prefix and suffix, help, type and labels", () => {
  assert.equal(
    expose([gauge, { ...gauge, name: "bookings", kind: "counter" }]),
    `# HELP vapi_tools_jobs Jobs by queue.
# TYPE vapi_tools_jobs gauge
vapi_tools_jobs{queue="outbox"} 3
# HELP vapi_tools_bookings_total Jobs by queue.
# TYPE vapi_tools_bookings_total counter
vapi_tools_bookings_total{queue="outbox"} 3
`,
  );
});

Deno.test("expose() writes buckets cumulatively, and those that are empty too", () => {
  const text = expose([{
    name: "sync_seconds",
    kind: "histogram",
    help: "Time.",
    bounds: [0.5, 1, 2.5],
    samples: [{ labels: { priority: "bulk" }, value: 6, sum: 9.5, buckets: { 0: 1, 2: 3, 3: 2 } }],
  }]);
  assert.deepEqual(text.split("\n").filter((line) => !line.startsWith("#")), [
    'vapi_tools_sync_seconds_bucket{priority="bulk",le="0.5"} 1',
    'vapi_tools_sync_seconds_bucket{priority="bulk",le="1"} 1',
    'vapi_tools_sync_seconds_bucket{priority="bulk",le="2.5"} 4',
    'vapi_tools_sync_seconds_bucket{priority="bulk",le="+Inf"} 6',
    'vapi_tools_sync_seconds_sum{priority="bulk"} 9.5',
    'vapi_tools_sync_seconds_count{priority="bulk"} 6',
    "",
  ]);
});

Deno.test("expose() writes values that are not numbers as NaN, and also a metric without samples", () => {
  const text = expose([
    { ...gauge, samples: [{ labels: {}, value: null }] },
    { ...gauge, name: "empty", samples: [] },
  ]);
  assert.match(text, /^vapi_tools_jobs NaN$/m);
  assert.match(text, /^# TYPE vapi_tools_empty gauge$/m);
});

Deno.test("expose() escapes labels and help as the format demands", () => {
  const value = 'a "quoted" \\ text\nin two lines';
  const text = expose([{ ...gauge, help: value, samples: [{ labels: { value }, value: 1 }] }]);
  assert.deepEqual(parseExposition(text).series[0]?.labels, { value });
});
