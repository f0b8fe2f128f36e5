/** docs/ops: the alerts for Prometheus are those of the database, and neither they nor the dashboard name anything that is not measured. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { parser } from "@prometheus-io/lezer-promql";
import { parse as parseYaml } from "yaml";
import { z } from "zod";
import { repository } from "../local/migrations.ts";

const read = (path: string) => Deno.readTextFile(join(repository, path));
const migration = async (topic: string) => {
  for await (const { name } of Deno.readDir(join(repository, "supabase/migrations"))) {
    if (name.endsWith(`_${topic}.sql`)) return await read(`supabase/migrations/${name}`);
  }
  throw new Error(`There is no migration ${topic}`);
};

const rulesSchema = z.strictObject({
  groups: z.tuple([z.strictObject({
    name: z.string(),
    rules: z.array(z.strictObject({
      alert: z.string().regex(/^VapiTools[A-Za-z0-9]+$/),
      expr: z.string(),
      for: z.string().default("0m"),
      keep_firing_for: z.string().default("0m"),
      labels: z.strictObject({ kind: z.string(), severity: z.enum(["warning", "critical"]) }),
      annotations: z.strictObject({ summary: z.string(), runbook: z.string() }),
    })),
  })]),
});
const { rules } = rulesSchema.parse(parseYaml(await read("docs/ops/prometheus-rules.yml")))
  .groups[0];

const gridSchema = z.strictObject({
  h: z.int().positive(),
  w: z.int().positive(),
  x: z.int().min(0),
  y: z.int().min(0),
});
/** According to `@grafana/schema`: Grafana's importer accepts less, and a panel without these fields fails later. */
const timeseriesOptions = z.strictObject({
  legend: z.strictObject({
    calcs: z.array(z.string()),
    displayMode: z.enum(["list", "table", "hidden"]),
    placement: z.enum(["bottom", "right"]),
    showLegend: z.boolean(),
  }),
  tooltip: z.strictObject({
    mode: z.enum(["single", "multi", "none"]),
    sort: z.enum(["asc", "desc", "none"]),
  }),
});
const statOptions = z.looseObject({ colorMode: z.string() });
const panelSchema = z.discriminatedUnion("type", [
  z.object({ type: z.literal("row"), id: z.int(), title: z.string().min(1), gridPos: gridSchema }),
  ...([["stat", statOptions], ["timeseries", timeseriesOptions]] as const).map(([type, options]) =>
    z.object({
      type: z.literal(type),
      options,
      id: z.int(),
      title: z.string().min(1),
      gridPos: gridSchema,
      datasource: z.object({ type: z.literal("prometheus"), uid: z.literal("${datasource}") }),
      fieldConfig: z.object({ defaults: z.object({ unit: z.string().min(1) }) }),
      targets: z.array(z.object({ refId: z.string(), expr: z.string() })).min(1),
    })
  ),
]);
const dashboard = z.object({
  uid: z.string().max(40),
  title: z.string(),
  schemaVersion: z.int().min(36),
  time: z.object({ from: z.string(), to: z.string() }),
  templating: z.object({
    list: z.tuple([z.object({ name: z.literal("datasource"), type: z.literal("datasource") })]),
  }),
  panels: z.array(panelSchema),
}).parse(JSON.parse(await read("docs/ops/grafana-dashboard.json")));
const queries = dashboard.panels.flatMap((panel) =>
  panel.type === "row" ? [] : panel.targets.map(({ expr }) => expr)
);

/** What the database measures, by the name under which Prometheus stores it. */
const stored = new Map<string, string>();
const tables = await migration("measurements") + await migration("metrics");
for (const [, name, kind] of tables.matchAll(/^ {2}\('(\w+)', '(counter|gauge|histogram)', '/gm)) {
  assert.ok(name);
  const suffixes = { counter: ["_total"], gauge: [""], histogram: ["_bucket", "_sum", "_count"] };
  const found = z.enum(["counter", "gauge", "histogram"]).parse(kind);
  for (const suffix of suffixes[found]) stored.set(`vapi_tools_${name}${suffix}`, name);
}

/** Rows of docs/metrics.md: the labels of each metric. */
const documented = new Map<string, string>();
for (const line of (await read("docs/metrics.md")).split("\n")) {
  const [, names = "", labels = ""] = line.split(" | ").length > 1 ? line.split("|") : [];
  for (const [, name] of names.matchAll(/`(\w+?)(?:_total)?`/g)) documented.set(name ?? "", labels);
}

/** The series in an expression, each with the names of its labels. Throws if it is not PromQL. */
function selectorsOf(expr: string): { metric: string; labels: string[] }[] {
  const selectors: { metric: string; labels: string[] }[] = [];
  const text = expr.replaceAll("$__rate_interval", "5m");
  parser.parse(text).iterate({
    enter: ({ name, type, from, to }) => {
      assert.ok(!type.isError, `${text}: not understood at "${text.slice(from, from + 20)}"`);
      if (name === "VectorSelector") selectors.push({ metric: "", labels: [] });
      const last = selectors.at(-1);
      if (name === "Identifier" && last) last.metric = text.slice(from, to);
      if (name === "LabelName") last?.labels.push(text.slice(from, to));
    },
  });
  return selectors;
}

Deno.test("docs/metrics.md lists every metric, and no other", () => {
  assert.deepEqual([...documented.keys()].sort(), [...new Set(stored.values())].sort());
});

Deno.test("the alerts and the dashboard ask for what is measured, by labels that it has", () => {
  assert.ok(queries.length > 20 && rules.length > 20);
  for (const expr of [...queries, ...rules.map(({ expr }) => expr)]) {
    const selectors = selectorsOf(expr).filter(({ metric }) => metric !== "up");
    for (const { metric, labels } of selectors) {
      const name = stored.get(metric);
      assert.ok(name, `${metric} is not measured: ${expr}`);
      const known = documented.get(name) ?? "";
      for (const label of labels) {
        assert.match(`${known} le`, new RegExp(`\\b${label}\\b`), `${label} of ${expr}`);
      }
    }
  }
});

Deno.test("Prometheus has a rule for each threshold of alert_rules, with the same figures", async () => {
  const seconds = (text: string) => {
    const [, count = "", unit = "m"] = /^(\d+) ?([ms])/.exec(text) ?? [];
    return Number(count) * (unit === "m" ? 60 : 1);
  };
  const row =
    /^ {2}\('(\w+)', +'[^']+', +'\w+', +(\S+), +(\S+), +\d+, +\d+, +'([^']+)', +'([^']+)'\)/gm;
  let thresholds = 0;
  for (
    const [, kind, warning, critical, hold = "", clear = ""] of (await migration("alert_rules"))
      .matchAll(row)
  ) {
    for (const [severity, above] of [["warning", warning], ["critical", critical]]) {
      const rule = rules.find(({ labels }) => labels.kind === kind && labels.severity === severity);
      assert.equal(rule !== undefined, above !== "null", `${kind}, ${severity}`);
      if (rule === undefined) continue;
      thresholds++;
      if (rule.expr.includes("vapi_tools_alerts_firing")) {
        // The database has already waited and held it.
        const selector = `{kind="${kind}", severity="${severity}"}`;
        assert.ok(rule.expr.includes(selector), rule.expr);
        continue;
      }
      assert.match(rule.expr, new RegExp(`> ${above}$`, "m"), `${kind}, ${severity}`);
      assert.equal(seconds(rule.for), seconds(hold), `${kind} must hold for ${hold}`);
      assert.equal(seconds(rule.keep_firing_for), seconds(clear), `${kind} is over after ${clear}`);
    }
  }
  assert.ok(thresholds >= 18, `only ${thresholds} thresholds were read`);
});

Deno.test("each alert of Prometheus has a name of its own and a section of the runbook", async () => {
  const runbook = await read("docs/runbook.md");
  const sections = [...runbook.matchAll(/^### (\w+)$/gm)].map(([, kind]) => kind);
  const names = rules.map(({ alert }) => alert);
  assert.deepEqual(names, [...new Set(names)]);
  for (const { labels, annotations } of rules) {
    assert.equal(annotations.runbook, `docs/runbook.md#${labels.kind}`);
    assert.ok(sections.includes(labels.kind), `the runbook has no section ${labels.kind}`);
  }
});

Deno.test("the dashboard's panels have ids of their own and don't lie on each other", () => {
  const taken = new Set<string>();
  const ids = dashboard.panels.map(({ id }) => id);
  assert.deepEqual(ids, [...new Set(ids)]);
  for (const { title, gridPos: { x, y, w, h } } of dashboard.panels) {
    assert.ok(x + w <= 24, `${title} is wider than the page`);
    for (let column = x; column < x + w; column++) {
      for (let line = y; line < y + h; line++) {
        assert.ok(!taken.has(`${column} ${line}`), `${title} lies on another panel`);
        taken.add(`${column} ${line}`);
      }
    }
  }
});
