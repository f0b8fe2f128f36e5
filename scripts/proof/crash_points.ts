/** `deno task proof crash-points`: crashes at every effect of the main jobs in turn, and checks what is left. */
import { parseOptions, print, printJson, progress } from "../cli.ts";
import { bookWithCode } from "./crash_points/book.ts";
import {
  crashEverywhere,
  type CrashPoint,
  type Scenario,
} from "./crash_points/crash_everywhere.ts";
import { takeLastPlace } from "./crash_points/limits.ts";
import { ownersMorning } from "./crash_points/people.ts";
import { replaceTool, replaceTwice } from "./crash_points/replace.ts";
import { firstSave } from "./crash_points/save.ts";
import { staffAndReminder } from "./crash_points/staff.ts";
import { takeFreedSlot } from "./crash_points/waitlist.ts";
import { FAILURES } from "./edge/verdict.ts";
import { Platform } from "./platform.ts";

const help = `
Repeats a save, a replacement of a tool, one that overtakes another, a booking with its code, a slot that becomes free and is
declined and taken from the waiting list, a day's last place that two callers want, a visit that staff book and move and its
patient cancels, and an owner's invitation, cancelled visit and deleted agent, failing at each request in turn: the function is
killed, or its connection cut, before the request or before its answer. After each the system recovers by itself, and everything
that must always hold is checked.

Usage: deno task proof crash-points [options]

  --quick        only the first request of each kind
  --only=<text>  only jobs whose name contains this text
  --json         print one JSON object
  --help         show this text

Exit code 0 if nothing was lost, duplicated or left dangling, 1 if not, 2 if the options make no sense.
`;

export async function crashPoints(args: string[]): Promise<number> {
  const { quick = false, only = "", json } = parseOptions(help, {
    quick: { type: "boolean" },
    only: { type: "string" },
    json: { type: "boolean" },
  }, args);
  const points = [
    ...await tryEach(firstSave, { quick, only }),
    ...await tryEach(replaceTool, { quick, only }),
    ...await tryEach(replaceTwice, { quick, only }),
    ...await tryEach(bookWithCode, { quick, only }),
    ...await tryEach(takeFreedSlot, { quick, only }),
    ...await tryEach(takeLastPlace, { quick, only }),
    ...await tryEach(staffAndReminder, { quick, only }),
    ...await tryEach(ownersMorning, { quick, only }),
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
  { quick: onlyFirst, only }: { quick: boolean; only: string },
): Promise<CrashPoint[]> {
  if (!scenario.name.includes(only)) return [];
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
