/** `deno task bench --pages`: what the console's pages request and draw when there is a lot to show. */
import { print, printJson, progress } from "../cli.ts";
import { startStack } from "../local/stack.ts";
import { startBrowser } from "../tests/support/browser/browser.ts";
import { findChromium } from "../tests/support/browser/find_chromium.ts";
import { signIn } from "../tests/support/browser/console_world.ts";
import type { Page } from "../tests/support/browser/page.ts";
import { Person } from "../tests/support/person.ts";
import { fillClinics } from "./reads/clinic.ts";

/** From the click until the result is drawn, for each part of a list. */
const MOST_MS = 1000;
/** Elements in the document. */
const MOST_NODES = 5000;

interface PageResult {
  readonly name: string;
  /** Parts of a list, which is shown a hundred at a time: one, and one more for each "Show more". */
  readonly parts: number;
  readonly requests: number;
  /** Bytes as they came over the wire. */
  readonly bytes: number;
  readonly nodes: number;
  /** The lower quartile. */
  readonly ms: number;
}

interface Look {
  readonly name: string;
  /** Its path under the clinic. */
  readonly path: string;
  /** An element that exists once the page is drawn. */
  readonly drawn: string;
  /** Requests the next part of the list this many times first. */
  readonly more?: number;
}

const looks = (day: string, agent: string): Look[] => [
  { name: "the day", path: `today?day=${day}`, drawn: ".visit" },
  { name: "agents, the first hundred", path: "agents", drawn: "tbody tr" },
  { name: "agents, all 500", path: "agents", drawn: "tbody tr:nth-child(500)", more: 4 },
  { name: "an agent", path: `agents/${agent}`, drawn: "textarea" },
  { name: "waiting list, 100 of 200", path: "waitlist", drawn: "tbody tr" },
  { name: "settings", path: "clinic/hours", drawn: "fieldset, table, form" },
];

/** Returns the exit code: 0 if each page is drawn in time and shows no more than one part. */
export async function benchPages(
  { samples, json }: { samples: number; json: boolean },
): Promise<number> {
  const chromium = await findChromium();
  if ("missing" in chromium) throw new Error(`No browser runs here: ${chromium.missing}`);
  const stack = await startStack({ cron: false, vapi: false, console: true });
  const browser = await startBrowser(chromium);
  try {
    stack.net.pause();
    progress("Filling two clinics");
    const [org] = await fillClinics(stack.sql);
    const owner = await Person.signUp(stack);
    await stack
      .sql`insert into members (org_id, user_id, role) values (${org}, ${owner.userId}, 'owner')`;
    await stack.sql`
      insert into waitlist_entries (org_id, contact_id, service_id, patient_name, from_day, until_day)
      select ${org}, contact.id, service.id, contact.name, current_date, current_date + 30
      from services service, lateral (select id, name from contacts where org_id = ${org} limit 200) contact
      where service.org_id = ${org}`;
    const [found] = await stack.sql<{ agent: string; day: string }[]>`
      select (select id from agents where org_id = ${org} limit 1) as agent,
        (select min(starts_at)::date::text from appointments where org_id = ${org}) as day`;
    if (found === undefined) throw new Error("Nothing was filled in");
    const page = await browser.newPage();
    await page.resize(1280, 860);
    await page.goto(stack.consoleUrl);
    await signIn(page, owner.email);
    await page.sees("Ours");
    const results: PageResult[] = [];
    for (const look of looks(found.day, found.agent)) {
      results.push(await measure(page, org, look, samples));
    }
    const met = results.every(isMet);
    if (json) printJson({ met, mostMs: MOST_MS, mostNodes: MOST_NODES, pages: results });
    else print(results.map(describe).join("\n"));
    return met ? 0 : 1;
  } finally {
    await browser.close();
    await stack.close();
  }
}

async function measure(page: Page, org: string, look: Look, samples: number): Promise<PageResult> {
  const times: number[] = [];
  let counts = { requests: 0, bytes: 0, nodes: 0 };
  for (let sample = 0; sample < samples; sample++) {
    // From another page, like somebody who clicks.
    await page.evaluate(`location.hash = "#/nowhere"`);
    await page.sees("There is nothing here");
    await page.evaluate("performance.clearResourceTimings(), globalThis.began = performance.now()");
    await page.evaluate(`location.hash = ${JSON.stringify(`#/${org}/${look.path}`)}`);
    for (let at = 0; at < (look.more ?? 0); at++) await page.click("Show more");
    await page.until(
      `${look.name} is drawn`,
      `document.querySelector(${
        JSON.stringify(`main ${look.drawn}`)
      }) !== null && document.querySelector(".skeleton") === null`,
    );
    times.push(Number(await page.evaluate("performance.now() - began")));
    counts = {
      requests: Number(await page.evaluate(`${ASKED}.length`)),
      bytes: Number(await page.evaluate(`${ASKED}.reduce((sum, it) => sum + it.transferSize, 0)`)),
      nodes: Number(await page.evaluate("document.querySelectorAll('*').length")),
    };
  }
  times.sort((a, b) => a - b);
  const parts = 1 + (look.more ?? 0);
  return {
    name: look.name,
    parts,
    ...counts,
    ms: Math.round(times[Math.floor(times.length / 4)] ?? 0),
  };
}

/** Without a browser's preflight requests. */
const ASKED =
  `performance.getEntriesByType("resource").filter((it) => it.initiatorType === "fetch")`;

function isMet({ parts, ms, nodes }: PageResult): boolean {
  return ms <= MOST_MS * parts && nodes <= MOST_NODES;
}

function describe(result: PageResult): string {
  const { name, requests, bytes, nodes, ms } = result;
  return `${isMet(result) ? "✓" : "✗"} ${name}: ${requests} requests, ${
    (bytes / 1000).toFixed(1)
  } kB, ${nodes} elements, ${ms} ms`;
}
