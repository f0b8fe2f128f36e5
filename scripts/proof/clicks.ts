/** `deno task proof clicks`: from nothing to a booked visit in the console, by clicking, in seconds. */
import { parseOptions, print, printJson, progress } from "../cli.ts";
import { startStack } from "../local/stack.ts";
import { startBrowser } from "../tests/support/browser/browser.ts";
import { signIn } from "../tests/support/browser/console_world.ts";
import { findChromium } from "../tests/support/browser/find_chromium.ts";
import type { Page } from "../tests/support/browser/page.ts";
import { Person } from "../tests/support/person.ts";

const help = `
Starts the embedded stack with its console, opens that in a browser, founds a clinic, saves an agent, sees it linked, makes a
call and sees the visit, by clicking; reports the seconds from the start to each step.

Usage: deno task proof clicks [options]

  --json   print one JSON object
  --help   show this text

Exit code: 0 if the visit was booked within 60 seconds and the page first painted within one; 1 otherwise.
`;

const BOOKED_WITHIN_SECONDS = 60;
const PAINTED_WITHIN_MS = 1000;

export async function clicks(args: string[]): Promise<number> {
  const { json } = parseOptions(help, { json: { type: "boolean" } }, args);
  const chromium = await findChromium();
  if ("missing" in chromium) throw new Error(`No browser runs here: ${chromium.missing}`);
  const steps: [what: string, seconds: number][] = [];
  const startedAt = performance.now();
  const reached = (what: string) =>
    steps.push([what, Math.round((performance.now() - startedAt) / 100) / 10]);

  progress("Starting the stack and a browser");
  const stack = await startStack({ integrations: true, console: true });
  const browser = await startBrowser(chromium);
  try {
    const owner = await Person.signUp(stack);
    reached("the stack is there");
    const page = await browser.newPage();
    await page.resize(1280, 860);
    await page.goto(stack.consoleUrl);
    await page.sees("Sign in");
    const paintedMs = await firstPaintOf(page);
    reached("the console is seen");
    await signIn(page, owner.email);
    await page.fill("Name of the clinic", "Example Clinic");
    await page.fill("Time zone", "America/New York");
    await page.click("Create the clinic");
    await page.click("New agent");
    await page.fill("Name", "Reception");
    await page.fill("Prompt", "You are the receptionist of Example Clinic.");
    await page.click("Save");
    await page.sees("Version 1");
    reached("an agent is saved");
    await page.sees("Linked");
    reached("its tools are linked");
    await page.click("Test stack");
    await page.click("Ring");
    await page.sees("Booked, and hung up");
    reached("a caller has booked");

    const seconds = steps.at(-1)?.[1] ?? Infinity;
    const ok = seconds <= BOOKED_WITHIN_SECONDS && paintedMs <= PAINTED_WITHIN_MS;
    if (json) printJson({ ok, steps: Object.fromEntries(steps), paintedMs });
    else {
      for (const [what, at] of steps) print(`${at.toFixed(1).padStart(6)} s  ${what}`);
      print(`${paintedMs.toFixed(0).padStart(5)} ms  from the address to the first paint`);
    }
    return ok ? 0 : 1;
  } finally {
    await browser.close();
    await stack.close();
  }
}

/** From the page's own Performance API, which reports it one frame later. */
async function firstPaintOf(page: Page): Promise<number> {
  const entry = "performance.getEntriesByName('first-contentful-paint')[0]";
  await page.until("the first paint is told", `${entry} !== undefined`);
  return Number(await page.evaluate(`${entry}.startTime`));
}
