import assert from "node:assert/strict";
import type { JsonObject } from "../../shared/json.ts";
import { prepareCatalogue } from "../../shared/assistants/catalogue.ts";
import { catalogue } from "../../shared/tools/catalogue.ts";
import { type VapiTool, vapiToolSchema } from "../../shared/vapi/port.ts";
import { checkTools, compareTool } from "./check_tools.ts";

const prepared = await prepareCatalogue(catalogue, {
  backendUrl: "https://backend.example.test/functions/v1",
  webhookSecret: "s3cret",
});
const booking = prepared.find(({ name }) => name === "bookClinicAppointment");
if (booking === undefined) throw new Error("The catalogue lacks bookClinicAppointment");

/** The tool as Vapi shows it, with some keys of its own, changed by `edit`. */
function remote(edit: (tool: JsonObject) => void = () => {}): VapiTool {
  const tool: JsonObject = JSON.parse(JSON.stringify({
    ...booking!.body,
    id: "tool_1",
    createdAt: "2026-01-05T10:00:00.000Z",
    orgId: "vapi-org",
    function: { ...booking!.body.function, strict: false },
  }));
  edit(tool);
  return vapiToolSchema.parse(tool);
}

const codes = (edit?: (tool: JsonObject) => void) =>
  compareTool(booking, remote(edit)).map(({ code }) => code);
// deno-lint-ignore no-explicit-any -- reaching into a fixture
const dig = (tool: JsonObject): any => tool;

Deno.test("compareTool() finds nothing in a tool as it was sent, whatever Vapi added", () => {
  assert.deepEqual(codes(), []);
});

Deno.test("compareTool() finds each difference, and only that", () => {
  const faults: [string, (tool: JsonObject) => void][] = [
    ["localhost_url", (tool) => dig(tool).server.url = "http://localhost:3000/x"],
    ["async_tool", (tool) => dig(tool).async = true],
    ["no_auth", (tool) => delete dig(tool).server.headers],
    ["wrong_secret", (tool) => dig(tool).server.headers["x-vapi-secret"] = "old"],
    ["description_differs", (tool) => dig(tool).function.description = "Something else"],
    ["missing_required", (tool) => dig(tool).function.parameters.required = ["patientName"]],
    [
      "property_differs",
      (tool) => dig(tool).function.parameters.properties.patientPhone.type = "number",
    ],
    [
      "description_differs",
      (tool) => dig(tool).function.parameters.properties.patientPhone.description = "A number",
    ],
  ];
  for (const [code, edit] of faults) assert.deepEqual(codes(edit), [code]);
});

Deno.test("compareTool() finds a property that Vapi lost", () => {
  assert.deepEqual(codes((tool) => delete dig(tool).function.parameters.properties.notes), [
    "property_missing",
  ]);
});

Deno.test("compareTool() takes a hidden header for the right one", () => {
  assert.deepEqual(codes((tool) => dig(tool).server.headers["x-vapi-secret"] = "[REDACTED]"), []);
});

Deno.test("checkTools() tells a tool that was never registered from one that Vapi lost and one that is outdated", () => {
  const entry = {
    name: booking.name,
    vapiToolId: "tool_1",
    definitionHash: booking.hash,
    state: "current" as const,
  };
  const check = (registry: typeof entry[], tools: VapiTool[]) =>
    checkTools({
      catalogue: [booking],
      registry,
      remote: new Map(tools.map((tool) => [tool.id, tool])),
      registered: { ids: registry.map(({ vapiToolId }) => vapiToolId), creating: [] },
      assistants: [],
    }).map(({ code }) => code);
  assert.deepEqual(check([], []), ["not_registered"]);
  assert.deepEqual(check([entry], []), ["missing_tool"]);
  assert.deepEqual(check([{ ...entry, definitionHash: "0".repeat(64) }], [remote()]), [
    "outdated_definition",
  ]);
  assert.deepEqual(check([entry], [remote()]), []);
});

Deno.test("checkTools() finds copies of our tools that nobody uses, and leaves those that somebody uses", () => {
  const entry = {
    name: booking.name,
    vapiToolId: "tool_1",
    definitionHash: booking.hash,
    state: "current" as const,
  };
  const copy = { ...remote(), id: "tool_2" };
  const foreign = {
    ...remote((tool) => dig(tool).server.url = "https://elsewhere.example.com"),
    id: "tool_3",
  };
  const check = (referenced: string[]) =>
    checkTools({
      catalogue: [booking],
      registry: [entry],
      remote: new Map([remote(), copy, foreign].map((tool) => [tool.id, tool])),
      registered: { ids: ["tool_1"], creating: [] },
      assistants: [{ toolIds: referenced, toolRefIds: [] }],
    });
  assert.deepEqual(check([]).map(({ code, toolId }) => [code, toolId]), [[
    "duplicate_tool",
    "tool_2",
  ]]);
  assert.deepEqual(check(["tool_2"]), []);
});
