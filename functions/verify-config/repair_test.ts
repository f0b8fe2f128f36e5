import assert from "node:assert/strict";
import { finding, FINDINGS } from "./finding.ts";
import { repairsFor } from "./repair.ts";

Deno.test("repairsFor() asks once per registry, set of copies, and agent", () => {
  const repairs = repairsFor([
    finding("wrong_path", { tool: "sendSms" }),
    finding("description_differs", { tool: "sendSms" }),
    finding("missing_tool", { tool: "checkAvailability" }),
    finding("duplicate_tool", { tool: "sendSms", toolId: "copy_1" }),
    finding("not_linked", { agentId: "a", tool: "sendSms" }),
    finding("dangling_tool", { agentId: "a", toolId: "gone" }),
    finding("messages_filtered", { agentId: "b" }),
    finding("foreign_tool", { agentId: "c", toolId: "theirs" }),
  ]);
  assert.deepEqual(repairs, [
    {
      key: "repair-tools",
      payload: { kind: "repair_tools", tools: ["sendSms", "checkAvailability"] },
    },
    { key: "duplicates", payload: { kind: "duplicates", prune: true } },
    {
      key: "agent:a",
      payload: {
        kind: "agent",
        agentId: "a",
        force: true,
        repair: { unlink: ["gone"], unpin: false, hearToolCalls: false, server: false },
      },
    },
    {
      key: "agent:b",
      payload: {
        kind: "agent",
        agentId: "b",
        force: true,
        repair: { unlink: [], unpin: false, hearToolCalls: true, server: false },
      },
    },
  ]);
});

Deno.test("every error at Vapi has a repair", () => {
  const elsewhere = ["unreachable", "unauthorized", "unprotected", "booking_failed"];
  const unmended = Object.entries(FINDINGS)
    .filter(([code, { severity, fix }]) =>
      severity === "error" && fix === null && !elsewhere.includes(code)
    );
  assert.deepEqual(unmended, []);
});
