import { setTimeout as delay } from "node:timers/promises";

const PATIENCE_MS = 60_000;
const PAUSE_MS = 50;

/** Tries again for a minute: the database restarts, isolates die, and people keep asking. */
export async function patiently<T>(what: string, attempt: () => Promise<T>): Promise<T> {
  const deadline = performance.now() + PATIENCE_MS;
  while (true) {
    try {
      return await attempt();
    } catch (error) {
      if (error instanceof Impossible) throw error;
      if (performance.now() > deadline) throw new Error(`Gave up: ${what}`, { cause: error });
      await delay(PAUSE_MS);
    }
  }
}

/** No further attempt can help. */
export class Impossible extends Error {}
