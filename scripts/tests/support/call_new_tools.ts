/** Run in the copy: an agent is saved, the new tools are registered and linked, and an assistant calls them. */
import assert from "node:assert/strict";
import { weekdayAhead } from "../../local/weekday_ahead.ts";
import { toolFunctionProblems, toolsInSql } from "../../check/tool_functions.ts";
import { withWorld } from "./world.ts";

const repositoryUrl = new URL("../../../", import.meta.url);

await withWorld(async (world) => {
  const { assistantId } = await world.saveAndSync(await world.org());
  assert.ok(assistantId);
  const current = await world.currentTools();
  for (const name of ["spellBack", "clinicOpeningHours"]) {
    const id = current.get(name);
    assert.ok(id && world.toolIds(assistantId).includes(id), `${name} is registered and linked`);
  }

  const call = async (toolName: string, args: Record<string, string>) => {
    const { perCall } = await world.stack.vapi.calls.callTool({
      assistantId,
      toolName,
      arguments: args,
    });
    return perCall[0]?.given ?? "";
  };
  assert.deepEqual(JSON.parse(await call("spellBack", { name: "O'Neil" })), {
    success: true,
    message: "That is O, N, E, I, L.",
    letters: ["O", "N", "E", "I", "L"],
  });
  assert.match(await call("spellBack", {}), /I need the name\./);

  const day = weekdayAhead(7);
  assert.deepEqual(JSON.parse(await call("clinicOpeningHours", { date: day })), {
    success: true,
    message: "We are open from 9 AM to 5 PM.",
  });
  assert.match(await call("clinicOpeningHours", {}), /I need the date as day and month\./);

  const sql = world.stack.sql;
  assert.deepEqual(await toolFunctionProblems(sql, await toolsInSql(repositoryUrl)), []);
});
