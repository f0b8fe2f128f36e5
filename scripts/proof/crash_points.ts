/** `deno task proof crash-points`: dies at every effect of the main jobs in turn, and looks at what is left. */
import { parseOptions, print, printJson, progress } from "../cli.ts";
import { bookWithCode } from "./crash_points/book.ts";
import {
  crashEverywhere,
  type CrashPoint,
  type Scenario,
} from "./crash_points/crash_everywhere.ts";
import { replaceTool, replaceTwice } from "./crash_points/replace.ts";
import { firstSave } from "./crash_points/save.ts";
import { takeFreedSlot } from "./crash_points/waitlist.ts";
import { FAILURES } from "./edge/verdict.ts";
import { Platform } from "./platform.ts";

const help = `
Repeats a save, a replacement of a tool, one that overtakes another, a booking with its code, and a slot that is freed and taken
from the waiting list, failing at each request in turn: the function is killed, or its connection cut, before the request or before its answer. After each the system
recovers by itself, and everything that must always hold is looked at.

Usage: deno task proof crash-points [options]

  --quick   of each kind of request only the first
  --json    print one JSON object
  --help    show this text

Exit code 0 if nothing was lost, doubled or left dangling, else 1.
`;

export async function crashPoints(args: string[]): Promise<number> {
  const { quick = false, json } = parseOptions(help, {
    quick: { type: "boolean" },
    json: { type: "boolean" },
  }, args);
  const points = [
    ...await tryEach(firstSave, quick),
    ...await tryEach(replaceTool, quick),
    ...await tryEach(replaceTwice, quick),
    ...await tryEach(bookWithCode, quick),
    ...await tryEach(takeFreedSlot, quick),
  ];
  const rows = [...Map.groupBy(points, ({ scenario }) => scenario)].map(([scenario, tried]) => ({
    scenario,
    points: tried.filter(({ wasReached }) => wasReached).length,
    kinds: new Set(tried.map(({ kind }) => kind)).size,
    violations: tried.flatMap(({ violations }) => violations).length,
  }));
  if (json) printJson({ quick, rows });
  else {
    for (const { scenario, points, kinds, violations } of rows) {
      print(
        `${scenario}: ${points} crash points, ${kinds} kinds of request, ${violations} violations`,
      );
    }
  }
  return rows.every(({ violations }) => violations === 0) ? 0 : 1;
}

async function tryEach<Setup>(
  scenario: Scenario<Setup>,
  onlyFirst: boolean,
): Promise<CrashPoint[]> {
  progress(`${scenario.name}: every request, ${FAILURES.join(", ")}`);
  const platform = await Platform.start();
  try {
    return await crashEverywhere(platform, scenario, {
      failures: FAILURES,
      onlyFirst,
      onPoint: ({ failure, kind, n, violations }) => {
        for (const violation of violations) progress(`✗ ${failure} at ${kind} ${n}: ${violation}`);
      },
    });
  } finally {
    await platform.close();
  }
}
