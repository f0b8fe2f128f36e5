/** Fixtures of the embedded stack's own tests: functions that do not depend on the product. */

import { fileURLToPath } from "node:url";
import { startPostgres } from "../../local/postgres.ts";
import { type Stack, type StackOptions, startStack } from "../../local/stack.ts";

const path = (name: string) => fileURLToPath(new URL(name, import.meta.url));

/** Starts a stack with the fixture functions, and closes it when the test is over. */
export async function withStack(
  test: (stack: Stack) => Promise<void>,
  options: StackOptions = {},
): Promise<void> {
  const stack = await startStack({
    functionsDirectory: path("./fixtures/functions"),
    configFile: path("./fixtures/config.toml"),
    cron: false,
    ...options,
  });
  try {
    await test(stack);
  } finally {
    await stack.close();
  }
}

/** Calls the test with the superuser URL of a server: the shared one, or else one of its own. */
export async function withPostgres(test: (url: string) => Promise<void>): Promise<void> {
  const shared = Deno.env.get("LOCAL_POSTGRES");
  if (shared !== undefined) return await test(shared);
  const server = await startPostgres({ connections: 300 });
  try {
    await test(server.url);
  } finally {
    await server.close();
  }
}
