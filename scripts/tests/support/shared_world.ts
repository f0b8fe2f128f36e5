/** One stack for all tests that leave the platform as it is: starting one takes longer than most of them. */
import { type Stack, startStack } from "../../local/stack.ts";
import { assertBodiesTaken } from "./bodies_taken.ts";
import { eventually } from "./eventually.ts";
import { type FirstDay, rememberFirstDay } from "./first_day.ts";
import { World } from "./world.ts";

export type InWorld = (
  test: (world: World) => Promise<void>,
  options?: { readonly cron?: boolean },
) => Promise<void>;

/**
 * Has a stack from before the first test of this file until after the last, and runs each test in it as on its first day. A test
 * that changes the functions' environment or the schema, or reads their logs, needs `withWorld`.
 */
export function sharedWorld(): InWorld {
  return inWorld ??= startShared();
}

/** Of all files that are loaded together. */
let inWorld: InWorld | undefined;

function startShared(): InWorld {
  let shared: { stack: Stack; firstDay: FirstDay } | undefined;
  Deno.test.beforeAll(async () => {
    const stack = await startStack({ cron: false });
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
      await reset(stack, firstDay);
    }
  };
}

/** Functions whose isolates keep nothing from one request to the next. */
const STATELESS = ["agent-save"];

/** Ends what is under way, then empties database and Vapi. */
async function reset({ cron, net, functions, vapi }: Stack, firstDay: FirstDay): Promise<void> {
  cron.pause();
  net.pause();
  vapi.faults.clear();
  vapi.faults.up();
  vapi.setLatency(0);
  const working = functions.running().filter((slug) => !STATELESS.includes(slug));
  await Promise.all(working.map((slug) => functions.kill(slug)));
  await net.crash();
  await eventually(
    "Vapi has answered all",
    () => vapi.requests.all.every(({ ms }) => ms !== null),
  );
  await firstDay.restore();
  vapi.reset();
  net.resume();
}
