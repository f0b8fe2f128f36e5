/**
 * What must be true of the whole platform when it is at rest, whatever happened before (design §6 and §7): nothing lost, no duplicate tool
 * or assistant, no dangling id, everybody else's settings intact, one message per effect.
 */
import type { Platform } from "../platform.ts";
import { assistantViolations } from "./assistants.ts";
import { bodyViolations } from "./bodies.ts";
import { bookingViolations } from "./bookings.ts";
import { historyViolations } from "./history.ts";
import { jobViolations } from "./jobs.ts";
import { limitViolations } from "./limits.ts";
import { messageViolations } from "./messages.ts";
import { type Observation, observe } from "./observation.ts";
import { registryViolations } from "./registry.ts";
import { writerViolations } from "./writers.ts";

const INVARIANTS: readonly ((observation: Observation) => string[])[] = [
  jobViolations,
  registryViolations,
  assistantViolations,
  historyViolations,
  writerViolations,
  bookingViolations,
  messageViolations,
];

/** One sentence per violation; empty if all is well. */
export async function violations(platform: Platform): Promise<string[]> {
  const observation = await observe(platform);
  return [
    ...INVARIANTS.flatMap((invariant) => invariant(observation)),
    ...bodyViolations(platform),
    ...await limitViolations(platform),
  ];
}
