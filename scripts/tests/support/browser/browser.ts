/** A Chromium without a window, and the people who look at it: each has a browser context of their own. */

import { TextLineStream } from "../../../local/lines.ts";
import { connectDevtools, type Devtools } from "./devtools.ts";
import type { Program } from "./find_chromium.ts";
import { openPage, type Page } from "./page.ts";

export interface Browser {
  /** A page with cookies and storage of its own, as of another person's browser. */
  newPage(): Promise<Page>;
  close(): Promise<void>;
}

const START_TIMEOUT_MS = 60_000;
const END_TIMEOUT_MS = 10_000;

/** Starts it. Throws what it said when it does not listen within a minute. */
export async function startBrowser({ path, env }: Program): Promise<Browser> {
  const profile = await Deno.makeTempDir({ prefix: "chromium-" });
  const process = new Deno.Command(path, {
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
    env: { ...env, LANG: "en_US.UTF-8" },
    stdin: "null",
    stdout: "null",
    stderr: "piped",
  }).spawn();
  const end = async () => {
    const timer = setTimeout(() => process.kill("SIGKILL"), END_TIMEOUT_MS);
    await process.status;
    clearTimeout(timer);
    await Deno.remove(profile, { recursive: true }).catch(() => {});
  };

  const said = listen(process.stderr);
  let devtools: Devtools;
  try {
    devtools = await connectDevtools(await within(said.url, START_TIMEOUT_MS, () => said.lines));
  } catch (error) {
    process.kill("SIGKILL");
    await end();
    throw error;
  }
  return {
    newPage: () => openPage(devtools),
    close: async () => {
      await devtools.send("Browser.close").catch(() => process.kill("SIGKILL"));
      devtools.close();
      await end();
      await said.ended;
    },
  };
}

/** Reads where the browser listens, and goes on reading, so that it is never stopped by a full pipe. */
function listen(stderr: ReadableStream<Uint8Array<ArrayBuffer>>) {
  const url = Promise.withResolvers<string>();
  const lines: string[] = [];
  const read = async () => {
    const stream = stderr.pipeThrough(new TextDecoderStream()).pipeThrough(new TextLineStream());
    for await (const line of stream) {
      lines.push(line);
      if (lines.length > 20) lines.shift();
      const found = /^DevTools listening on (ws:\S+)/.exec(line)?.[1];
      if (found !== undefined) url.resolve(found);
    }
    url.reject(new Error(`The browser ended at once:\n${lines.join("\n")}`));
  };
  return { url: url.promise, lines, ended: read() };
}

async function within<T>(work: Promise<T>, ms: number, said: () => string[]): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    const fail = () => reject(new Error(`The browser does not listen:\n${said().join("\n")}`));
    timer = setTimeout(fail, ms);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
