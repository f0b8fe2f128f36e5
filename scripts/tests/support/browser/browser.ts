/** A Chromium without a window, and the people who use it, each with a browser context of their own. */

import { runPath } from "../../../local/cache_dir.ts";
import { startChild } from "../../../local/child.ts";
import { connectDevtools, type Devtools } from "./devtools.ts";
import type { Program } from "./find_chromium.ts";
import { openPage, type Page } from "./page.ts";

export interface Browser {
  /** A page with cookies and storage of its own, as of another person's browser. */
  newPage(): Promise<Page>;
  close(): Promise<void>;
}

const START_TIMEOUT_MS = 60_000;

/** Starts it. Throws its output if it does not listen within a minute. */
export async function startBrowser({ path, env }: Program): Promise<Browser> {
  const profile = runPath();
  const url = Promise.withResolvers<string>();
  const child = startChild({
    command: path,
    args: [
      "--headless",
      "--no-sandbox",
      "--no-zygote",
      "--disable-gpu",
      "--disable-dev-shm-usage",
      "--hide-scrollbars",
      "--no-first-run",
      "--lang=en-US",
      "--remote-debugging-port=0",
      `--user-data-dir=${profile}`,
      "about:blank",
    ],
    // It writes into a folder that is removed with it, however we end.
    env: { HOME: profile, TMPDIR: profile, ...env, LANG: "en_US.UTF-8" },
    directory: profile,
    onLine: (line) => {
      const found = /^DevTools listening on (ws:\S+)/.exec(line)?.[1];
      if (found !== undefined) url.resolve(found);
    },
  });
  child.exited.then(() => url.reject(new Error(`The browser ended at once:\n${child.tail()}`)));

  let devtools: Devtools;
  try {
    devtools = await connectDevtools(await within(url.promise, START_TIMEOUT_MS, child.tail));
  } catch (error) {
    await child.signal("KILL");
    await child.stop();
    throw error;
  }
  return {
    newPage: () => openPage(devtools),
    close: async () => {
      await devtools.send("Browser.close").catch(() => {});
      devtools.close();
      await child.stop();
    },
  };
}

async function within<T>(work: Promise<T>, ms: number, said: () => string): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    const fail = () => reject(new Error(`The browser does not listen:\n${said()}`));
    timer = setTimeout(fail, ms);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
