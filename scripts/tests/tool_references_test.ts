/** References to a tool other than links also keep it: hooks follow a replacement, squads hold what they name. */
import assert from "node:assert/strict";
import { toolReferences } from "../../shared/assistants/observed.ts";
import { verify } from "../../functions/verify-config/verify.ts";
import { catalogue } from "../../shared/tools/catalogue.ts";
import { isJsonObject } from "../../shared/json.ts";
import { sharedWorld } from "./support/shared_world.ts";
import { drainAndHandOver, quiet } from "./support/world.ts";

const inWorld = sharedWorld();

Deno.test("a squad's call finds its clinic; a replaced tool is moved in hooks, and stays while a squad names it", () =>
  inWorld(async (world) => {
    const { stack } = world;
    const org = await world.org();
    const { assistantId } = await world.saveAndSync(org);
    const id = assistantId ?? "";
    const [first, ...rest] = catalogue;
    assert.ok(first !== undefined);
    const old = (await world.currentTools()).get(first.name) ?? "";
    stack.vapi.dashboard.updateAssistant(id, {
      hooks: [{ on: "call.ending", do: [{ type: "tool", toolId: old }] }],
    });
    const squad = stack.vapi.dashboard.createSquad({
      members: [{
        assistantId: id,
        assistantOverrides: { model: { provider: "openai", model: "gpt-4o", toolIds: [old] } },
      }],
    });
    const call = await fetch(`${stack.functionsUrl}/calendar-check`, {
      method: "POST",
      headers: { "content-type": "application/json", "x-vapi-secret": stack.webhookSecret },
      body: JSON.stringify({
        message: {
          type: "tool-calls",
          call: { id: crypto.randomUUID(), type: "inboundPhoneCall", squadId: squad.id },
          assistant: { metadata: stack.vapi.state.assistants.get(id)?.metadata },
          toolCallList: [{
            id: "call_1",
            function: { name: "checkAvailability", arguments: { date: "next tuesday" } },
          }],
        },
      }),
    });
    assert.match(await call.text(), /slots/, "a call that names only the squad finds its clinic");

    await quiet(stack);
    const tools = await world.prepare([{ ...first, description: "Better" }, ...rest]);
    const worker = await world.worker({ catalogue: tools });
    await drainAndHandOver(worker);
    await drainAndHandOver(worker);

    const current = (await world.currentTools()).get(first.name) ?? "";
    assert.notEqual(current, old);
    const record = JSON.parse(JSON.stringify(stack.vapi.state.assistants.get(id)));
    assert.ok(isJsonObject(record));
    assert.deepEqual(toolReferences(record["hooks"]), [current]);
    assert.ok(stack.vapi.state.tools.has(old), "the squad still names it");
    const [job] = await stack.sql`
      select result, status, last_error from jobs where key = ${`retire:${old}`} order by created_at desc limit 1`;
    assert.deepEqual(job?.result?.referencedBy ?? job, [`squad:${squad.id}`]);

    stack.vapi.dashboard.deleteTool(old);
    const { findings } = await verify(worker, { endpoints: false });
    assert.deepEqual(findings.map(({ code, toolId, found }) => ({ code, toolId, found })), [
      { code: "dangling_reference", toolId: old, found: { squad: squad.id } },
    ]);
  }, { cron: false }));
