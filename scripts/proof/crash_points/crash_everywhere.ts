/**
 * Counts the effects of a scenario, then repeats it, failing at each of them in turn. After each the system recovers by its own means, and
 * every invariant is checked.
 *
 * Simultaneous effects come in a different order each time. So an effect is identified by its kind and its number within its kind: the
 * third `POST /tool`.
 */
import type { Effect } from "../edge/effect.ts";
import type { Verdict } from "../edge/verdict.ts";
import { violations } from "../invariants/mod.ts";
import type { Platform } from "../platform.ts";

export type Failure = Exclude<Verdict, "pass">;

/** Something that the platform is asked to do again and again. */
export interface Scenario<Setup> {
  name: string;
  /** Creates the state in which it begins. */
  prepare(platform: Platform): Promise<Setup>;
  /** Requests it, as callers do: again and again until they get an answer. At its end the platform is at rest. */
  act(platform: Platform, setup: Setup): Promise<void>;
  /** What must be true of this scenario besides the invariants; one sentence per violation. */
  check(platform: Platform, setup: Setup): Promise<string[]> | string[];
}

export interface CrashPoint {
  scenario: string;
  failure: Failure;
  /** `tool-sync: POST /tool`. */
  kind: string;
  /** Number within its kind, from 1. */
  n: number;
  /** False if the run ended without this effect, so that nothing failed. */
  wasReached: boolean;
  violations: string[];
}

export interface CrashOptions {
  failures: readonly Failure[];
  /** Only the first effect of each kind. */
  onlyFirst?: boolean;
  /** Every this-many-th of the kinds of effects; all by default. */
  everyKind?: number;
  /** Called after each point. */
  onPoint?: (point: CrashPoint) => void;
}

/** Every crash point of the scenario, in every way to fail. */
export async function crashEverywhere<Setup>(
  platform: Platform,
  scenario: Scenario<Setup>,
  { failures, onlyFirst = false, everyKind = 1, onPoint }: CrashOptions,
): Promise<CrashPoint[]> {
  const counts = await countEffects(platform, scenario);
  const points: CrashPoint[] = [];
  for (const failure of failures) {
    for (const [index, [kind, count]] of [...counts].entries()) {
      if (index % everyKind !== 0) continue;
      for (let n = 1; n <= (onlyFirst ? 1 : count); n++) {
        const point = await crashAt(platform, scenario, { failure, kind, n });
        points.push(point);
        onPoint?.(point);
      }
    }
  }
  return points;
}

/** Kind of effect → how many of it there are in a run without failures, in the order of their first occurrence. */
async function countEffects<Setup>(
  platform: Platform,
  scenario: Scenario<Setup>,
): Promise<Map<string, number>> {
  const counts = new Map<string, number>();
  const setup = await scenario.prepare(platform);
  await deciding(platform, (effect) => {
    counts.set(kindOf(effect), (counts.get(kindOf(effect)) ?? 0) + 1);
    return "pass";
  }, () => scenario.act(platform, setup));
  const found = [...await violations(platform), ...await scenario.check(platform, setup)];
  if (found.length > 0) throw new Error(`${scenario.name} fails by itself: ${found.join("; ")}`);
  return counts;
}

/** One run that fails at one effect. */
async function crashAt<Setup>(
  platform: Platform,
  scenario: Scenario<Setup>,
  { failure, kind, n }: Pick<CrashPoint, "failure" | "kind" | "n">,
): Promise<CrashPoint> {
  const setup = await scenario.prepare(platform);
  let seen = 0;
  const found: string[] = [];
  await deciding(
    platform,
    (effect) => kindOf(effect) === kind && ++seen === n ? failure : "pass",
    () => scenario.act(platform, setup),
  ).catch((error) => found.push(`It did not come to its end: ${error}, ${error.cause}`));
  found.push(...await violations(platform), ...await scenario.check(platform, setup));
  return { scenario: scenario.name, failure, kind, n, wasReached: seen >= n, violations: found };
}

async function deciding(
  platform: Platform,
  decide: (effect: Effect) => Verdict,
  act: () => Promise<void>,
): Promise<void> {
  platform.edge.decide = decide;
  try {
    await act();
  } finally {
    platform.edge.decide = () => "pass";
  }
}

function kindOf({ slug, name }: Effect): string {
  return `${slug}: ${name}`;
}
