import assert from "node:assert/strict";
import { danglingToolIds, workingToolNames } from "./snapshot.ts";
import {
  assistantBody,
  type TestClient,
  toolBody,
  withDouble,
} from "../../tests/support/vapi_client.ts";

function withTools(toolIds: string[]): Record<string, unknown> {
  return { ...assistantBody, model: { ...assistantBody.model, toolIds } };
}

/** Numbers of the changes after which the assistant could not call the tool. */
function gaps({ double }: TestClient, assistantId: string, toolName: string): number[] {
  const found: number[] = [];
  double.journal.replay((snapshot, { seq }) => {
    const assistant = snapshot.assistants.get(assistantId);
    if (assistant === undefined) return;
    if (!workingToolNames(snapshot, assistant).has(toolName)) found.push(seq);
  });
  return found;
}

Deno.test(
  "journal.replay() proves a replacement without a gap: create, relink, delete",
  withDouble(async (client) => {
    const { double, send } = client;
    const old = await send("POST", "/tool", toolBody);
    const { id } = await send("POST", "/assistant", withTools([old.id]));
    const created = await send("POST", "/tool", toolBody);
    await send("PATCH", `/assistant/${id}`, { model: withTools([created.id]).model });
    await send("DELETE", `/tool/${old.id}`);
    assert.deepEqual(gaps(client, id, "checkAvailability"), []);
    assert.deepEqual(double.journal.changes.map(({ seq }) => seq), [1, 2, 3, 4, 5]);
  }),
);

Deno.test(
  "journal.replay() finds the gap when the old tool is deleted before the relink",
  withDouble(async (client) => {
    const { send } = client;
    const old = await send("POST", "/tool", toolBody);
    const { id } = await send("POST", "/assistant", withTools([old.id]));
    await send("DELETE", `/tool/${old.id}`);
    const created = await send("POST", "/tool", toolBody);
    await send("PATCH", `/assistant/${id}`, { model: withTools([created.id]).model });
    assert.deepEqual(gaps(client, id, "checkAvailability"), [3, 4]);
  }),
);

Deno.test(
  "the journal holds what was before and after, and refused requests leave no trace",
  withDouble(async ({ double, send }) => {
    const { id } = await send("POST", "/tool", toolBody);
    await send("PATCH", `/tool/${id}`, { color: "red" });
    await send("PATCH", `/tool/${id}`, { async: true });
    await send("DELETE", `/tool/${id}`);
    const changes = double.journal.changes.map(({ kind, before, after }) => [
      kind,
      before?.latestVersion,
      after?.latestVersion,
    ]);
    assert.deepEqual(changes, [
      ["tool", undefined, "v1"],
      ["tool", "v1", "v2"],
      ["tool", "v2", undefined],
    ]);
  }),
);

Deno.test(
  "journal.clear() makes the state at that moment the start of replay()",
  withDouble(async ({ double, send }) => {
    const { id } = await send("POST", "/tool", toolBody);
    double.journal.clear();
    await send("POST", "/assistant", withTools([id]));
    const sizes: number[][] = [];
    double.journal.replay(({ tools, assistants }, { seq }) => {
      sizes.push([seq, tools.size, assistants.size]);
    });
    assert.deepEqual(sizes, [[2, 1, 1]]);
  }),
);

Deno.test(
  "with a dangling id an assistant has no working tool, inline tools included",
  withDouble(({ double }) => {
    const { dashboard, state } = double;
    const tool = dashboard.createTool(toolBody);
    const model = {
      ...assistantBody.model,
      tools: [{ ...toolBody, function: { name: "inline" } }],
      toolIds: [tool.id],
    };
    const assistant = dashboard.createAssistant({ ...assistantBody, model });
    assert.deepEqual([...workingToolNames(state, assistant)], ["checkAvailability", "inline"]);
    dashboard.deleteTool(tool.id);
    assert.deepEqual(danglingToolIds(state, assistant), [tool.id]);
    assert.deepEqual([...workingToolNames(state, assistant)], []);
    return Promise.resolve();
  }),
);
