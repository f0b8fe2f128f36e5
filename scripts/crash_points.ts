/** `deno task crash-points`: dies at every effect of the main jobs in turn, and looks at what is left. */
import { parseOptions, print, printJson, progress } from "./cli.ts";
import { bookWithCode } from "./chaos/crash_points/book.ts";
import {
  crashEverywhere,
  type CrashPoint,
  type Scenario,
} from "./chaos/crash_points/crash_everywhere.ts";
import { replaceTool, replaceTwice } from "./chaos/crash_points/replace.ts";
import { firstSave } from "./chaos/crash_points/save.ts";
import { FAILURES } from "./chaos/edge/verdict.ts";
import { Platform } from "./chaos/platform.ts";

const help = `
Repeats a save, a replacement of a tool, one that overtakes another, and a booking with its code, failing at each request
in turn: the function is killed, or its connection cut, before the request or before its answer. After each the system
recovers by itself, and everything that must always hold is looked at.

Usage: deno task crash-points [options]

  --quick   of each kind of request only the first
  --json    print one JSON object
  --help    show this text

Exit code 0 if nothing was lost, doubled or left dangling, else 1.
`;

const { quick = false, json } = parseOptions(help, {
  quick: { type: "boolean" },
  json: { type: "boolean" },
});

const points: CrashPoint[] = [];

async function tryEach<Setup>(scenario: Scenario<Setup>): Promise<void> {
  progress(`${scenario.name}: every request, ${FAILURES.join(", ")}`);
  const platform = await Platform.start();
  try {
    const tried = await crashEverywhere(platform, scenario, {
      failures: FAILURES,
      onlyFirst: quick,
      onPoint: ({ failure, kind, n, violations }) => {
        for (const violation of violations) progress(`✗ ${failure} at ${kind} ${n}: ${violation}`);
      },
    });
    points.push(...tried);
  } finally {
    await platform.close();
  }
}

await tryEach(firstSave);
await tryEach(replaceTool);
await tryEach(replaceTwice);
await tryEach(bookWithCode);

const rows = [...Map.groupBy(points, ({ scenario }) => scenario)].map(([scenario, tried]) => ({
  scenario,
  points: tried.filter(({ wasReached }) => wasReached).length,
  kinds: new Set(tried.map(({ kind }) => kind)).size,
  violations: tried.flatMap(({ violations }) => violations).length,
}));
if (json) printJson({ quick, rows });
else {
  for (const row of rows) {
    print(
      `${row.scenario}: ${row.points} crash points, ${row.kinds} kinds of request, ${row.violations} violations`,
    );
  }
}
Deno.exit(rows.every(({ violations }) => violations === 0) ? 0 : 1);
