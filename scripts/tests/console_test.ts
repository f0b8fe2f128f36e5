/** The console in a real browser, as clinics and developers use it. */

import assert from "node:assert/strict";
import { connectServices } from "../demo/deliveries.ts";
import { consoleTests, signIn } from "./support/browser/console_world.ts";
import { saveAgent } from "./support/browser/save_agent.ts";
import { Person } from "./support/person.ts";

const test = await consoleTests();

test("an owner founds a clinic, saves an agent, sees it linked, rings, and cancels what was booked", async ({ stack, visit }) => {
  const owner = await Person.signUp(stack);
  const page = await visit(owner);
  await page.fill("Name of the clinic", "Example Clinic");
  await page.fill("Time zone", "America/New York");
  await page.click("Create the clinic");
  await page.sees("No agent yet");

  await page.click("New agent");
  await page.fill("Name", "Reception");
  await page.fill("Prompt", "You are the receptionist of Example Clinic.");
  await page.fill("First message", "Example Clinic, how can I help you?");
  await page.fill("Voice provider", "vapi");
  await page.fill("Voice", "Elliot");
  await page.fill("Spoken language", "en-US");
  stack.vapi.setLatency(50);
  await page.click("Save");
  await page.sees("Tools syncing…");
  await page.sees("Linked");

  const [assistant] = [...stack.vapi.state.assistants.values()];
  assert.equal(assistant?.name, "Reception");
  assert.equal(assistant?.firstMessage, "Example Clinic, how can I help you?");
  const [{ org_id: orgId } = {}] = await owner.rows("agents?select=org_id");
  await connectServices(stack, String(orgId));

  await page.click("Test stack");
  await page.click("Ring");
  await page.sees("Booked, and hung up");
  await page.sees("your appointment is confirmed");
  await page.sees("Appointment: Example Patient 01");
  const [visit1] = await owner.rows("appointments?select=id,starts_at,state");
  assert.equal(visit1?.state, "confirmed");

  const day = new Date(String(visit1?.starts_at)).toISOString().slice(0, 10);
  await page.click("Today");
  await page.fill("Day", day);
  await page.click("9:00 AM");
  await page.sees("Booked in a call");
  await page.click("Cancel the visit");
  await page.click("Cancel the visit");
  await page.sees("1 cancelled");

  await page.click("Test stack");
  await page.sees("Google Calendar 0");
  assert.deepEqual(problems(page.errors), []);
});

test("while Vapi is down an agent waits for it, and is linked by itself afterwards", async ({ stack, visit, clinic }) => {
  const owner = await Person.signUp(stack);
  const orgId = await clinic(owner);
  stack.vapi.faults.down("503");
  const { agentId } = await saveAgent(owner, orgId, { name: "Reception" });
  const page = await visit(owner, `#/${orgId}/agents/${agentId}`);
  await page.sees("Waiting for Vapi, next try");
  stack.vapi.faults.up();
  // The half minute passes.
  await stack.sql`update jobs set run_at = now() where key = ${`agent:${agentId}`}`;
  await page.sees("Linked");
});

test("of two who edit one agent the second is shown both versions, and merges them", async ({ stack, visit, clinic }) => {
  const owner = await Person.signUp(stack);
  const orgId = await clinic(owner);
  const { agentId } = await saveAgent(owner, orgId, { name: "Reception" });
  const hash = `#/${orgId}/agents/${agentId}`;
  const [first, second] = [await visit(owner, hash), await visit(owner, hash)];
  for (const page of [first, second]) await page.sees("Linked");

  await first.fill("Prompt", "Be brief.");
  await first.fill("First message", "Good morning.");
  await first.click("Save");
  await first.sees("Version 2");
  await second.fill("Prompt", "Be warm.");
  await second.click("Save");
  await second.sees("Somebody else saved meanwhile");
  await second.sees("Be brief.");
  await second.sees("Be warm.");
  await second.click("Save the merged version");
  await second.sees("Version 3");
  const [agent] = await owner.rows(`agents?id=eq.${agentId}&select=system_prompt,first_message`);
  assert.deepEqual(agent, { system_prompt: "Be warm.", first_message: "Good morning." });
});

test("a member sees agents without a button that would be refused, and nothing of another clinic", async ({ stack, visit, clinic }) => {
  const [owner, member, stranger] = [
    await Person.signUp(stack),
    await Person.signUp(stack),
    await Person.signUp(stack),
  ];
  const orgId = await clinic(owner);
  await stack
    .sql`insert into members (org_id, user_id, role) values (${orgId}, ${member.userId}, 'member')`;
  const { agentId } = await saveAgent(owner, orgId, { name: "Reception" });
  await clinic(stranger, "Another Clinic");

  const page = await visit(member, `#/${orgId}/agents/${agentId}`);
  await page.sees("Changing it takes an owner or admin");
  const buttons = await page.evaluate(
    "[...document.querySelectorAll('main .button')].map(({ textContent }) => textContent)",
  );
  assert.deepEqual(buttons, []);

  const other = await visit(stranger, `#/${orgId}/agents/${agentId}`);
  await other.sees("There is nothing here");
  assert.equal(await other.evaluate("document.body.innerText.includes('Reception')"), false);
});

test("who signs in again after the session has ended goes on where they were, with what they had typed", async ({ stack, visit, clinic }) => {
  const owner = await Person.signUp(stack);
  const orgId = await clinic(owner);
  const { agentId } = await saveAgent(owner, orgId, { name: "Reception" });
  const page = await visit(owner, `#/${orgId}/agents/${agentId}`);
  await page.sees("Linked");
  await page.fill("Prompt", "Not saved yet, and not lost.");
  // As when the project's signing key was replaced.
  await page.evaluate(`(() => {
    const name = Object.keys(localStorage).find((key) => key.endsWith("auth-token"));
    const session = JSON.parse(localStorage[name]);
    session.access_token = session.access_token.slice(0, -8) + "AAAAAAAA";
    localStorage[name] = JSON.stringify(session);
  })()`);
  await page.click("Save");
  await page.sees("Your session has ended");
  await signIn(page, owner.email);
  await page.seesNot("Your session has ended");
  await page.click("Save");
  await page.sees("Version 2");
  const [agent] = await owner.rows(`agents?id=eq.${agentId}&select=system_prompt`);
  assert.equal(agent?.system_prompt, "Not saved yet, and not lost.");
});

/** Without the answers that a journey provokes on purpose. */
function problems(errors: readonly string[]): string[] {
  return errors.filter((error) => !error.includes('"source":"network"'));
}
