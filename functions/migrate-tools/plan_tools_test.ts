import assert from "node:assert/strict";
import { buildCatalogueTool } from "../../scripts/tests/support/unit/assistants.ts";
import type { Registry } from "../../shared/assistants/job.ts";
import type { VapiTool } from "../../shared/vapi/port.ts";
import { planTools, type PlanToolsInput, viewAfter } from "./plan_tools.ts";

const check = buildCatalogueTool("check", "calendar-check");
const book = buildCatalogueTool("book", "book");

function entry(name: string, vapiToolId: string, more: Partial<Registry[number]> = {}) {
  return {
    name,
    vapiToolId,
    definitionHash: `hash of ${name}`,
    state: "current" as const,
    ...more,
  };
}

/** The tool as Vapi has it after it was registered. */
function atVapi(id: string, tool: typeof check): VapiTool {
  return { id, createdAt: "2026-01-05T10:00:00.000Z", ...structuredClone(tool.body) };
}

function plan(input: Partial<PlanToolsInput>) {
  return planTools({
    catalogue: [check, book],
    registry: [],
    tools: [],
    strategy: "replace",
    forceUpdate: false,
    ...input,
  });
}

const actions = (input: Partial<PlanToolsInput>) => plan(input).tools.map(({ action }) => action);

Deno.test("planTools() creates what is not registered and keeps what is", () => {
  assert.deepEqual(actions({ registry: [entry("check", "t1")] }), ["keep", "create"]);
});

Deno.test("planTools() replaces a tool with another hash, and everything when forced", () => {
  const registry = [entry("check", "t1", { definitionHash: "old" }), entry("book", "t2")];
  assert.deepEqual(plan({ registry }), {
    tools: [
      { name: "check", action: "replace", vapiToolId: null, replaces: "t1" },
      { name: "book", action: "keep", vapiToolId: "t2", replaces: null },
    ],
    retired: ["t1"],
    updates: 0,
  });
  assert.deepEqual(actions({ registry, forceUpdate: true }), ["replace", "replace"]);
});

Deno.test("planTools() updates in place what is still at Vapi, and creates what is not", () => {
  const registry = [
    entry("check", "t1", { definitionHash: "old" }),
    entry("book", "gone", { definitionHash: "old" }),
  ];
  const made = plan({ registry, tools: [atVapi("t1", check)], strategy: "in_place" });
  assert.deepEqual(made.tools.map(({ action, vapiToolId }) => [action, vapiToolId]), [
    ["update", "t1"],
    ["replace", null],
  ]);
  assert.deepEqual([made.updates, made.retired], [1, ["gone"]]);
});

Deno.test("planTools() adopts what is ours at Vapi and unknown to the registry, never a retired tool", () => {
  const tools = [atVapi("retired", check), atVapi("stray", check), atVapi("hidden", book)];
  // Vapi hides headers: the definition alone is compared, and sent again to make sure of the secret.
  tools[2]!.server!["headers"] = "[REDACTED]";
  const registry: Registry = [{ ...entry("check", "retired"), state: "retired" }];
  const made = plan({ registry, tools });
  assert.deepEqual(made.tools.map(({ action, vapiToolId }) => [action, vapiToolId]), [
    ["adopt", "stray"],
    ["adopt", "hidden"],
  ]);
  assert.equal(made.updates, 1);
});

Deno.test("planTools() retires what the catalogue no longer defines", () => {
  const registry = [entry("check", "t1"), entry("book", "t2"), entry("dropped", "t3")];
  assert.deepEqual(plan({ registry }).retired, ["t3"]);
});

Deno.test("viewAfter() stands in for ids that do not exist yet", () => {
  const view = viewAfter(plan({ registry: [entry("check", "t1")] }));
  assert.deepEqual([...view.current], [["check", "t1"], ["book", "new:book"]]);
});
