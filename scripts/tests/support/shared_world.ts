/** One stack for all tests that restore the platform: starting one takes longer than most of them. */
import type { Stack } from "../../local/stack.ts";
import { assertBodiesTaken } from "./bodies_taken.ts";
import { eventually } from "./eventually.ts";
import { type FirstDay, rememberFirstDay } from "./first_day.ts";
import { startQuickStack, World } from "./world.ts";

export type InWorld = (
  test: (world: World) => Promise<void>,
  options?: { readonly cron?: boolean },
) => Promise<void>;

/**
 * Provides a stack from before the first test in this file until after the last, and runs each test in it as on its first day, with the
 * original environment and Vapi key. A test that needs other options, or changes the schema, needs `withWorld`.
 */
export function sharedWorld(): InWorld {
  return inWorld ??= startShared();
}

/** Of all files that are loaded together. */
let inWorld: InWorld | undefined;

function startShared(): InWorld {
  let shared: { stack: Stack; firstDay: FirstDay } | undefined;
  const outdated = new Set<string>();
  Deno.test.beforeAll(async () => {
    const stack = await startQuickStack({
      cron: false,
      onLog: ({ slug, fields }) => {
        if (fields?.["event"] === "worker_outdated") outdated.add(slug);
      },
    });
    shared = { stack, firstDay: await rememberFirstDay(stack.sql) };
  });
  Deno.test.afterAll(() => shared?.stack.close());

  return async (test, { cron = true } = {}) => {
    if (shared === undefined) throw new Error("The stack is started by beforeAll");
    const { stack, firstDay } = shared;
    if (cron) await stack.cron.resume();
    try {
      await test(new World(stack));
      assertBodiesTaken(stack.vapi);
    } finally {
      await reset(stack, firstDay, outdated);
    }
  };
}

/** How long a function needs that is only finishing; one that takes longer waits for its next attempt. */
const FINISH_MS = 1_000;

/** Ends everything under way, then empties database and Vapi. An idle function remembers nothing of the test, and is kept. */
async function reset(
  { cron, net, functions, vapi }: Stack,
  firstDay: FirstDay,
  outdated: Set<string>,
): Promise<void> {
  cron.pause();
  net.pause();
  vapi.faults.clear();
  vapi.faults.up();
  vapi.setLatency(0);
  await net.crash();
  await Promise.all(
    functions.running().map(async (slug) => {
      // A worker that has seen a newer deployment does nothing any more.
      if (outdated.delete(slug) || !await functions.isIdle(slug, FINISH_MS)) {
        await functions.kill(slug);
      }
    }),
  );
  await eventually(
    "Vapi has answered all",
    () => vapi.requests.all.every(({ ms }) => ms !== null),
  );
  await functions.reset();
  await firstDay.restore();
  vapi.reset();
  net.resume();
}
