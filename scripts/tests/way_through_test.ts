/** How far it is through the code: files that a save runs, and calls between a tool's request and SQL. */
import assert from "node:assert/strict";
import { createServeDependencies, serveTools } from "../../shared/tools/serve.ts";
import { tool } from "../../shared/tools/calendar-check.ts";
import { startStack } from "../local/stack.ts";
import { executedFiles } from "./support/executed_files.ts";
import { launchHere } from "./support/launch_here.ts";
import { World } from "./support/world.ts";

Deno.test("the way through the code", async (t) => {
  const here = launchHere();
  const stack = await startStack({ cron: false, launch: here.launch });
  try {
    const world = new World(stack);
    const org = await world.org();
    const { agentId, assistantId } = await world.saveAndSync(org);
    await here.idle();

    await t.step("a save, up to the PATCH, runs at most 35 files", async () => {
      const files = await executedFiles(async () => {
        await world.saveAndSync(org, { agentId, systemPrompt: "You are friendly." });
        await here.idle();
      });
      assert.ok(files.includes("functions/tool-sync/update_assistant.ts"));
      assert.ok(files.length <= 35, `${files.length}: ${files.join(", ")}`);
    });

    await t.step("between a tool's request and SQL are at most five calls", async () => {
      const { db, ...others } = createServeDependencies("calendar-check");
      let way: string[] = [];
      const endpoint = serveTools([{ tool }], {
        ...others,
        db: {
          rpc(fn, args, options) {
            if (fn === "tool_call") way = callers();
            return db.rpc(fn, args, options);
          },
        },
      });
      const response = await endpoint.fetch(
        new Request("http://here.internal", {
          method: "POST",
          headers: { "x-vapi-secret": Deno.env.get("VAPI_WEBHOOK_SECRET") ?? "" },
          body: JSON.stringify({
            message: {
              type: "tool-calls",
              call: { id: "call", assistantId },
              toolCallList: [{ id: "1", function: { name: tool.name, arguments: {} } }],
            },
          }),
        }),
      );
      assert.equal(response.status, 200, await response.text());
      assert.ok(way.length > 0 && way.length < 5, way.join(" < "));
    });
  } finally {
    await here.idle();
    await stack.close();
  }
});

/** Names of the product's functions on the stack, the innermost first; those that await are on it too. */
function callers(): string[] {
  const { stack = "" } = new Error();
  return stack.split("\n").filter((line) => /\/(shared|functions)\//.test(line))
    .map((line) => line.trim().replace(/^at (?:async )?/, ""));
}
