import assert from "node:assert/strict";
import { catalogue } from "../tools/catalogue.ts";
import type { JsonObject } from "../json.ts";
import { vapiToolSchema } from "../vapi/port.ts";
import { prepareCatalogue } from "./catalogue.ts";
import { contains, matchTool } from "./match_tool.ts";

const [tool] = await prepareCatalogue(catalogue.slice(0, 1), {
  backendUrl: "https://backend.example.test/functions/v1",
  webhookSecret: "s3cret",
});
if (tool === undefined) throw new TypeError("The catalogue is empty");

function remote(server: JsonObject = {}, fn: JsonObject = {}) {
  const { body } = tool!;
  return vapiToolSchema.parse({
    ...body,
    id: "tool_1",
    createdAt: "2026-01-05T10:00:00.000Z",
    function: { ...body.function, strict: false, ...fn },
    server: { ...body.server, ...server },
  });
}

Deno.test("matchTool() knows our tool by its hash, whatever Vapi added", () => {
  assert.equal(matchTool(remote(), tool), "exact");
});

Deno.test("matchTool() refuses another definition, another name and another URL", () => {
  assert.equal(matchTool(remote({ headers: { "x-tool-definition": "0".repeat(64) } }), tool), null);
  assert.equal(matchTool(remote({}, { name: "other" }), tool), null);
  assert.equal(matchTool(remote({ url: "https://elsewhere.example.test/x" }), tool), null);
});

Deno.test("matchTool() compares the definition where Vapi hides headers", () => {
  const hidden = { headers: { "x-tool-definition": "[REDACTED]" } };
  assert.equal(matchTool(remote(hidden), tool), "alike");
  assert.equal(matchTool(remote(hidden, { description: "Something else" }), tool), null);
  assert.equal(matchTool(remote({ headers: null }), tool), "alike");
});

Deno.test("contains() allows more keys in objects and nothing more in lists", () => {
  assert.ok(contains({ a: 1, b: { c: [1], d: 2 } }, { b: { c: [1] } }));
  assert.ok(!contains({ a: [1, 2] }, { a: [1] }));
  assert.ok(!contains({ a: null }, { a: {} }));
});
