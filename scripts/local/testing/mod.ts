/** Fixtures of the embedded stack's own tests: functions that don't depend on the product. */

import { fileURLToPath } from "node:url";
import { startPostgres } from "../postgres.ts";
import { type Stack, type StackOptions, startStack } from "../stack.ts";

const path = (name: string) => fileURLToPath(new URL(name, import.meta.url));

/** Starts a stack with the fixture functions, and closes it when the test is over. */
export async function withStack(
  test: (stack: Stack) => Promise<void>,
  options: StackOptions = {},
): Promise<void> {
  const stack = await startStack({
    functionsDirectory: path("./functions"),
    configFile: path("./config.toml"),
    cron: false,
    ...options,
  });
  try {
    await test(stack);
  } finally {
    await stack.close();
  }
}

/** Polls until the condition holds. Throws after a minute, which is for a loaded machine, naming what was awaited. */
export async function eventually(
  what: string,
  condition: () => boolean | Promise<boolean>,
  { seconds = 60, everyMs = 20 } = {},
): Promise<void> {
  const deadline = Date.now() + seconds * 1000;
  while (!await condition()) {
    if (Date.now() > deadline) throw new Error(`Gave up after ${seconds} s waiting until ${what}`);
    await new Promise((resolve) => setTimeout(resolve, everyMs));
  }
}

/** Calls the test with the superuser URL of a server: the shared one, else one of its own. */
export async function withPostgres(test: (url: string) => Promise<void>): Promise<void> {
  const shared = Deno.env.get("LOCAL_POSTGRES");
  if (shared !== undefined) return await test(shared);
  const server = await startPostgres();
  try {
    await test(server.url);
  } finally {
    await server.close();
  }
}
