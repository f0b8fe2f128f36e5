/** The console in a real browser, as clinics and developers use it. */

import assert from "node:assert/strict";
import { axeViolations } from "./support/browser/axe.ts";
import { busyDay } from "./support/browser/busy_day.ts";
import { consoleTests, signIn } from "./support/browser/console_world.ts";
import { nextMonday } from "./support/browser/next_monday.ts";
import { operatorJourneys } from "./support/browser/operator_journeys.ts";
import type { Page } from "./support/browser/page.ts";
import { picture } from "./support/browser/picture.ts";
import { saveAgent } from "./support/browser/save_agent.ts";
import { Person } from "./support/person.ts";

const test = await consoleTests();
const GOOGLE_CALENDAR = "clinic@group.calendar.google.com";

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
  const [saved] = await owner.rows("agents?select=org_id");
  stack.integrations.google.share(GOOGLE_CALENDAR);
  const ofClinic = `org_id=eq.${saved?.org_id}`;
  await owner.rest("PATCH", `calendars?${ofClinic}`, { google_calendar_id: GOOGLE_CALENDAR });
  const always = { quiet_from: "00:00", quiet_until: "00:00" };
  await owner.rest("PATCH", `sms_policies?${ofClinic}`, always);

  await page.click("Test stack");
  await page.click("Ring");
  await page.sees("Booked, and hung up");
  await page.sees("your appointment is confirmed");
  await page.sees("Appointment: Example Patient 01");
  await picture(page, "console-ring");
  const [visit1] = await owner.rows("appointments?select=id,starts_at,state");
  assert.equal(visit1?.state, "confirmed");

  const day = new Date(String(visit1?.starts_at)).toISOString().slice(0, 10);
  await page.click("Today");
  await page.fill("Day", day);
  await page.click("9:00 AM");
  await page.sees("Booked in a call");
  await page.click("Cancel the visit");
  await page.sees("Keep it");
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

test("who asks for a link by mail is signed in by it, once", async ({ stack, open, clinic }) => {
  const owner = await Person.signUp(stack);
  await clinic(owner);
  const page = await open();
  await page.fill("E-mail", owner.email);
  await page.click("Mail me a link instead");
  await page.sees(`A link is on its way to ${owner.email}.`);
  const link = /\S+\/verify\S+/.exec(stack.authMails.at(-1)?.text ?? "")?.[0] ?? "";
  await page.goto(link);
  await page.sees("No visits on this day");

  const other = await open();
  await other.goto(link);
  await other.sees("Mail me a link instead");
});

test("an owner changes hours, services and closures, and a free time follows from them", async ({ stack, visit, clinic }) => {
  const owner = await Person.signUp(stack);
  const orgId = await clinic(owner);
  const page = await visit(owner, `#/${orgId}/clinic/hours`);
  await page.fill("Opens on Monday", "07:30");
  await page.click("Add hours on Saturday");
  await page.click("Save");
  await page.sees("Saved");
  const hours = await owner.rows("business_hours?select=weekday,opens,closes&order=weekday");
  assert.deepEqual([hours[0], hours.at(-1)], [
    { weekday: 1, opens: "07:30:00", closes: "17:00:00" },
    { weekday: 6, opens: "09:00:00", closes: "17:00:00" },
  ]);

  await page.click("Services");
  await page.sees("Minutes");
  await page.click("Add");
  await page.fill("Name", "Check-up");
  await page.fill("Minutes", "45");
  await page.click("Save");
  await page.sees("Check-up");

  await page.click("Closures");
  await page.sees("Nothing here yet");
  await page.click("Add");
  await page.fill("First day", "2027-01-02");
  await page.fill("Last day", "2027-01-01");
  await page.click("Save");
  await page.sees("it ends before it begins");
  await page.fill("Last day", "2027-01-03");
  await page.click("Save");
  await page.until("the closure is stored", "document.querySelector('dialog') === null");
  assert.equal((await owner.rows("closures?first_day=eq.2027-01-02")).length, 1);

  const monday = await nextMonday(owner, orgId);
  await page.goto(`${stack.consoleUrl}#/${orgId}/today?day=${monday}`);
  await page.click("Book a visit");
  await page.fill("Service", "Check-up");
  await page.click("07:30");
  await page.fill("Patient", "Example Patient");
  await page.fill("Patient's phone", "+1 202 555 0142");
  await page.press("Enter");
  await page.sees("7:30 AM");
  const [booked] = await owner.rows("appointments?select=state,patient_name");
  assert.deepEqual(booked, { state: "confirmed", patient_name: "Example Patient" });
});

operatorJourneys(test);

test("every page is for everybody: axe finds nothing in either theme, and a phone need not scroll sideways", async ({ stack, visit, open, clinic }) => {
  const owner = await Person.signUp(stack);
  const orgId = await clinic(owner);
  const { agentId } = await saveAgent(owner, orgId, { name: "Reception" });
  const day = await nextMonday(owner, orgId);
  await busyDay(owner, orgId, day);
  await stack.sql`insert into platform_operators (user_id) values (${owner.userId})`;
  const settings = [
    "general",
    "hours",
    "closures",
    "services",
    "calendars",
    "booking",
    "texts",
    "members",
  ];
  const hashes = [
    `today?day=${day}`,
    "agents",
    "agents/new",
    `agents/${agentId}`,
    ...settings.map((tab) => `clinic/${tab}`),
    "stack",
    "nowhere",
  ].map((path) => `#/${orgId}/${path}`);
  const [job] = await stack.sql`select id from jobs where key = ${`agent:${agentId}`}`;
  const operatorPages = [
    ...["organizations", "tools", "jobs", `jobs/${job?.id}`],
    ...["alerts", "migration", "verification", "figures"],
  ];

  const found: string[] = [];
  const look = async (page: Page, name: string) => {
    for (const [scheme, width] of [["light", 1280], ["dark", 375]] as const) {
      await page.useScheme(scheme);
      await page.resize(width);
      found.push(...(await axeViolations(page)).map((text) => `${name}, ${scheme}: ${text}`));
    }
    const isWide = await page.evaluate("document.documentElement.scrollWidth > innerWidth");
    if (isWide === true) found.push(`${name} is wider than a phone`);
  };
  await look(await open(), "sign in");
  const page = await visit(owner, "#/new");
  for (const hash of ["#/new", ...hashes, ...operatorPages.map((tab) => `#/operator/${tab}`)]) {
    await page.evaluate(`location.hash = ${JSON.stringify(hash)}`);
    await page.until(
      `${hash} is there`,
      "document.querySelector('h1') !== null && document.querySelector('.skeleton') === null",
    );
    await look(page, hash);
    if (hash.includes("today")) await picture(page, "console-day");
    if (hash.includes(agentId)) await picture(page, "console-agent");
  }
  assert.deepEqual(found, []);
});

/** Without the answers that a journey provokes on purpose. */
function problems(errors: readonly string[]): string[] {
  return errors.filter((error) => !error.includes('"source":"network"'));
}
