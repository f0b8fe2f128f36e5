/** One stack for all tests that leave the platform as it is: starting one takes longer than most of them. */
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
 * Has a stack from before the first test of this file until after the last, and runs each test in it as on its first day, with the
 * functions' environment and Vapi's key of then. A test that needs other options, or leaves another schema, needs `withWorld`.
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

/** What a function that only finishes has done by then; another one waits for its next attempt. */
const FINISH_MS = 1_000;

/** Ends what is under way, then empties database and Vapi. A function that is idle knows nothing of the day, and is kept. */
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
      // Whoever has seen a newer deployment does nothing any more.
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
