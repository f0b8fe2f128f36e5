/** One stack with its console and one browser, for all tests in a file; if no browser runs, its tests are skipped and say why. */

import { progress } from "../../../cli.ts";
import { type Stack, startStack } from "../../../local/stack.ts";
import { closeSoundly } from "../bodies_taken.ts";
import { PASSWORD, Person } from "../person.ts";
import { type Browser, startBrowser } from "./browser.ts";
import { findChromium, type Program } from "./find_chromium.ts";
import type { Page } from "./page.ts";
import { launchHere } from "../launch_here.ts";

export interface ConsoleWorld {
  readonly stack: Stack;
  /** A browser of their own, signed in, at a page such as `#/<org>/today`. */
  visit(person: Person, hash?: string): Promise<Page>;
  /** A browser in which nobody is signed in yet. */
  open(hash?: string): Promise<Page>;
  /** An organization as its owner makes one. */
  clinic(owner: Person, name?: string): Promise<string>;
}

type Test = (world: ConsoleWorld) => Promise<void>;

/** Gives a function that registers tests, as `Deno.test` does. */
export async function consoleTests(): Promise<(name: string, test: Test) => void> {
  const found = await findChromium();
  if ("missing" in found) {
    progress(`The console is not tested in a browser, since none runs here: ${found.missing}`);
    return (name) => Deno.test({ name, ignore: true, fn: () => {} });
  }
  return inBrowser(found);
}

function inBrowser(program: Program): (name: string, test: Test) => void {
  let stack: Stack | undefined;
  let browser: Browser | undefined;
  Deno.test.beforeAll(async () => {
    stack = await startStack({ integrations: true, console: true, launch: launchHere });
    browser = await startBrowser(program);
  });
  Deno.test.afterAll(async () => {
    await browser?.close();
    if (stack !== undefined) await closeSoundly(stack);
  });
  return (name, test) => {
    Deno.test(name, async () => {
      if (stack === undefined || browser === undefined) throw new Error("beforeAll starts both");
      const pages: Page[] = [];
      try {
        await test(createWorld(stack, browser, pages));
      } finally {
        for (const page of pages) await page.close();
      }
    });
  };
}

function createWorld(stack: Stack, browser: Browser, pages: Page[]): ConsoleWorld {
  const open = async (hash = "") => {
    const page = await browser.newPage();
    pages.push(page);
    await page.resize(1280, 860);
    await page.goto(stack.consoleUrl + hash);
    await page.sees("Sign in");
    return page;
  };
  return {
    stack,
    open,
    visit: async (person, hash) => {
      const page = await open(hash);
      await signIn(page, person.email);
      return page;
    },
    clinic: (owner, name = "Example Clinic") => owner.founds({ p_name: name }),
  };
}

/** By the form that is shown. */
export async function signIn(page: Page, email: string): Promise<void> {
  await page.fill("E-mail", email);
  await page.fill("Password", PASSWORD);
  await page.press("Enter");
  await page.until("somebody is signed in", "document.querySelector('.shell') !== null");
}
