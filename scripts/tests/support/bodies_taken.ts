import type { Stack } from "../../local/stack.ts";
import type { VapiDouble } from "../../local/vapi/mod.ts";

/**
 * Throws if Vapi was sent a body that its document refuses. A test that sends one on purpose removes it from `refusedBodies`.
 */
export function assertBodiesTaken({ refusedBodies }: Pick<VapiDouble, "refusedBodies">): void {
  if (refusedBodies.length === 0) return;
  const told = refusedBodies.slice(0, 3).map(({ route, body, message }) =>
    `${route}: ${message}\n${JSON.stringify(body).slice(0, 1000)}`
  );
  throw new Error(`Vapi refused ${refusedBodies.length} bodies, such as\n${told.join("\n")}`);
}

/** Closes a stack that has a double of Vapi, then throws if that was sent a body that Vapi's document refuses. */
export async function closeSoundly(stack: Pick<Stack, "close" | "vapi">): Promise<void> {
  await stack.close();
  assertBodiesTaken(stack.vapi);
}
