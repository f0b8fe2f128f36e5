import assert from "node:assert/strict";
import type { VapiTool } from "../vapi/port.ts";
import { buildCatalogueTool } from "../../scripts/tests/support/unit/assistants.ts";
import { countReferences, findDuplicates, withReferences } from "./duplicates.ts";

const catalogue = [
  buildCatalogueTool("check", "calendar-check"),
  buildCatalogueTool("book", "book"),
];

function tool(id: string, name: string, url?: string): VapiTool {
  const server = url === undefined ? {} : { server: { url } };
  const createdAt = "2026-01-05T10:00:00.000Z";
  return { id, type: "function", createdAt, function: { name }, ...server };
}

const nothing = { ids: [], creating: [] };

Deno.test("findDuplicates() finds what has our name and is not registered", () => {
  const tools = [tool("ours", "check"), tool("stray", "check"), tool("foreign", "lookUp")];
  const found = findDuplicates({ tools, catalogue, registered: { ids: ["ours"], creating: [] } });
  assert.deepEqual(found.map(({ vapiToolId }) => vapiToolId), ["stray"]);
});

Deno.test("findDuplicates() leaves out a name that a worker may be creating right now", () => {
  const tools = [tool("just_created", "check"), tool("stray", "book")];
  const found = findDuplicates({ tools, catalogue, registered: { ids: [], creating: ["check"] } });
  assert.deepEqual(found.map(({ vapiToolId }) => vapiToolId), ["stray"]);
});

Deno.test("findDuplicates() takes for prunable what ends in our path, on any host, and nothing else", () => {
  const tools = [
    tool("here", "check", "https://backend.example.test/functions/v1/calendar-check"),
    tool("tunnel", "check", "https://old-tunnel.example.com/functions/v1/calendar-check"),
    tool("other_path", "check", "https://elsewhere.example.com/api/check"),
    tool("other_tool", "book", "https://backend.example.test/functions/v1/calendar-check"),
    tool("nowhere", "check"),
  ];
  const found = findDuplicates({ tools, catalogue, registered: nothing });
  assert.deepEqual(
    found.filter(({ isPrunable }) => isPrunable).map(({ vapiToolId }) => vapiToolId),
    ["here", "tunnel"],
  );
});

Deno.test("withReferences() never lets a tool be pruned that an assistant links or pins", () => {
  const url = "https://backend.example.test/functions/v1/calendar-check";
  const tools = ["linked", "pinned", "free"].map((id) => tool(id, "check", url));
  const found = findDuplicates({ tools, catalogue, registered: nothing });
  const duplicates = withReferences(found, [
    { toolIds: ["linked"], toolRefIds: [] },
    { toolIds: ["linked"], toolRefIds: ["pinned", "pinned"] },
  ]);
  assert.deepEqual(
    duplicates.map((
      { vapiToolId, references, isPrunable },
    ) => [vapiToolId, references, isPrunable]),
    [["linked", 2, false], ["pinned", 1, false], ["free", 0, true]],
  );
});

Deno.test("countReferences() counts an assistant once", () => {
  const counts = countReferences(["a"], [{ toolIds: ["a", "a"], toolRefIds: ["a"] }]);
  assert.equal(counts.get("a"), 1);
});
