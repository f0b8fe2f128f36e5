/** A journey of `console_test.ts`: an agent's tools without a call, and what was edited at Vapi. */
import assert from "node:assert/strict";
import { nextMonday } from "../support/browser/next_monday.ts";
import { picture } from "../support/browser/picture.ts";
import { saveAgent } from "../support/browser/save_agent.ts";
import type { ConsoleWorld } from "../support/browser/console_world.ts";
import { Person } from "../support/person.ts";

/** The code is in a text that nobody gets, and books a visit that takes no slot from callers. */
export async function tryIt({ stack, visit, clinic }: ConsoleWorld): Promise<void> {
  const [owner, member] = [await Person.signUp(stack), await Person.signUp(stack)];
  const orgId = await clinic(owner);
  await stack
    .sql`insert into members (org_id, user_id, role) values (${orgId}, ${member.userId}, 'member')`;
  const { agentId } = await saveAgent(owner, orgId, { name: "Reception" });
  const day = await nextMonday(owner, orgId);

  const page = await visit(member, `#/${orgId}/agents/${agentId}`);
  await page.click("Try it");
  await page.sees("Visits go to Test calendar, which callers never get");
  await page.fill("date", day);
  await page.fill("time", "9 am");
  await page.click("Call the tool");
  await page.sees("at 9 AM is free.");
  await page.fill("Tool", "reserveAppointment");
  await page.fill("appointmentDate", day);
  await page.fill("appointmentTime", "9 am");
  await page.click("Call the tool");
  await page.sees("Text message to +12025550142, not sent");
  const said = String(await page.evaluate("document.querySelector('.dialogue').innerText"));
  await page.fill("Tool", "verifyBookingCode");
  await page.fill("code", /\b\d{6}\b/.exec(said)?.[0] ?? "");
  await page.click("Call the tool");
  await page.sees("You are booked for");
  await picture(page, "console-try");
  assert.deepEqual(stack.integrations.twilio.textsTo("+12025550142"), []);
  const free = await owner.rpc("find_slots", { p_org_id: orgId, p_from: day, p_until: day });
  assert.ok(Array.isArray(free.body));
  assert.partialDeepStrictEqual(free.body[0], { local_date: day, local_time: "09:00:00" });

  await page.click("Start over");
  await page.sees("What the agent would say appears here");
}

/** Both values side by side; one is taken into the editor, the other overwrites Vapi's. */
export async function settleDrift({ stack, visit, clinic }: ConsoleWorld): Promise<void> {
  const owner = await Person.signUp(stack);
  const orgId = await clinic(owner);
  const { agentId } = await saveAgent(owner, orgId, { name: "Reception", firstMessage: "Ours." });
  const page = await visit(owner, `#/${orgId}/agents/${agentId}`);
  await page.sees("Linked");
  const [agent] = await owner.rows(`agents?id=eq.${agentId}&select=assistant_id`);
  const assistantId = String(agent?.["assistant_id"]);
  stack.vapi.dashboard.updateAssistant(assistantId, {
    firstMessage: "Theirs.",
    name: "Their name",
  });
  await page.click("Sync again");
  await page.sees("Edited at Vapi");
  await page.click("Send ours: firstMessage");
  await page.seesNot("Theirs.");
  assert.equal(stack.vapi.state.assistants.get(assistantId)?.firstMessage, "Ours.");

  await page.click("Take Vapi's: name");
  await page.click("Save");
  await page.sees("Version 2");
  await page.seesNot("Edited at Vapi");
  const [saved] = await owner.rows(`agents?id=eq.${agentId}&select=name`);
  assert.equal(saved?.["name"], "Their name");
}
