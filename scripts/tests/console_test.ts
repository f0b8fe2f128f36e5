/** The console in a real browser, as clinics and developers use it. */

import assert from "node:assert/strict";
import { firstDay } from "./console/first_day.ts";
import { setUpClinic } from "./console/settings.ts";
import { settleDrift, tryIt } from "./console/try_it.ts";
import { waitForASlot } from "./console/waiting_list.ts";
import { isLong } from "./support/amount.ts";
import { axeViolations } from "./support/browser/axe.ts";
import { busyDay } from "./support/browser/busy_day.ts";
import { consoleTests, signIn } from "./support/browser/console_world.ts";
import { nextMonday } from "./support/browser/next_monday.ts";
import { operatorJourneys } from "./support/browser/operator_journeys.ts";
import type { Page } from "./support/browser/page.ts";
import { picture } from "./support/browser/picture.ts";
import { saveAgent } from "./support/browser/save_agent.ts";
import { failAtOnce } from "./support/fail_at_once.ts";
import { Person } from "./support/person.ts";

const test = await consoleTests();

test("a click reaches also what is drawn anew while it is pressed, and only once", async ({ open }) => {
  const page = await open();
  await page.evaluate(`(() => {
    document.body.innerHTML = "<button>Pressed</button>";
    window.clicks = 0;
    const replace = () => {
      document.body.innerHTML = "<p>Above</p><button>Pressed</button>";
      document.querySelector("button").addEventListener("click", () => window.clicks++);
    };
    document.querySelector("button").addEventListener("mousedown", replace);
  })()`);
  await page.click("Pressed");
  assert.equal(await page.evaluate("window.clicks"), 1);
});

test(
  "an owner founds a clinic, saves an agent, sees it linked, rings, and cancels what was booked",
  firstDay,
);

test("a member tries an agent's tools without a call, and no text leaves", tryIt);

test("an owner sets up rules, a person to hand over to, answers, and who does what", setUpClinic);

test(
  "staff put somebody on the waiting list, see the freed slot offered and taken, and take others off",
  waitForASlot,
);

test("of what was edited at Vapi an owner takes one over, and sends another back", settleDrift);

test("while Vapi is down an agent waits for it, and is linked automatically afterwards", async ({ stack, visit, clinic }) => {
  const owner = await Person.signUp(stack);
  const orgId = await clinic(owner);
  failAtOnce(stack.vapi);
  const { agentId } = await saveAgent(owner, orgId, { name: "Reception" });
  const page = await visit(owner, `#/${orgId}/agents/${agentId}`);
  await page.sees("Waiting for Vapi, next try");
  stack.vapi.faults.clear();
  // Half a minute passes, and the sweep runs: it leaves a job that has just become due to its own wake-up.
  await stack.sql`
    update jobs set run_at = now() - interval '1 minute' where key = ${`agent:${agentId}`}`;
  await stack.sql`select private.sweep()`;
  await page.sees("Linked");
});

test("of two people who edit one agent the second is shown both versions, and merges them", async ({ stack, visit, clinic }) => {
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
  await second.sees("Somebody else has saved in the meantime");
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
  await page.sees("Only an owner or admin can change it");
  const buttons = await page.evaluate(
    "[...document.querySelectorAll('main .button')].map(({ textContent }) => textContent)",
  );
  // A rehearsal changes nothing, so every member may do one.
  assert.deepEqual(buttons, ["Try it"]);

  const other = await visit(stranger, `#/${orgId}/agents/${agentId}`);
  await other.sees("There is nothing here");
  assert.equal(await other.evaluate("document.body.innerText.includes('Reception')"), false);
});

test("a person who signs in again after the session has ended continues where they were, with what they had typed", async ({ stack, visit, clinic }) => {
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

test("a person who asks for a link by mail is signed in by it, once", async ({ stack, open, clinic }) => {
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
  for (const phone of ["+12025550148", "+12025550149"]) {
    await owner.does("add_to_waitlist", {
      p_org_id: orgId,
      p_patient_name: "Waiting Patient",
      p_patient_phone: phone,
    });
  }
  await stack.sql`insert into platform_operators (user_id) values (${owner.userId})`;
  const settings = [
    "general",
    "hours",
    "closures",
    "services",
    "calendars",
    "locations",
    "booking",
    "handover",
    "faq",
    "texts",
    "members",
  ];
  const hashes = [
    `today?day=${day}`,
    "waitlist",
    "agents",
    "agents/new",
    `agents/${agentId}`,
    `agents/${agentId}/try`,
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
  let looks = Math.floor(Math.random() * 4);
  const look = async (page: Page, name: string) => {
    looks++;
    const schemes = [["light", 1280], ["dark", 375]] as const;
    // Half of the pages in one of the two, with each run another half; all in both if there is time.
    for (const [scheme, width] of schemes.filter((_, index) => isLong || index === looks % 4)) {
      await page.useScheme(scheme);
      await page.resize(width);
      found.push(...(await axeViolations(page)).map((text) => `${name}, ${scheme}: ${text}`));
    }
    await page.resize(375);
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
    if (hash.endsWith(agentId)) await picture(page, "console-agent");
  }
  assert.deepEqual(found, []);
});
