/**
 * `deno task check`: everything that can be known about the code without running the product, in one command: format, lint, types,
 * generated files, config, and the database's schema.
 */

import { parseOptions, print, printJson, runMain } from "./cli.ts";
import { runSteps, type StepResult } from "./check/run_steps.ts";
import { steps } from "./check/steps.ts";

const help = `
Checks format, lint, types (on this Deno and on the edge runtime's), generated files, the functions'
config and imports, the schema's dump and types, and the database advisors.

Usage: deno task check [options]

  --json  print one JSON object: {ok, ms, steps: [{name, ok, ms, report}]}
  --help  show this text

Exit code: 0 all passed, 1 some failed.
`;

const reportLines = 60;

async function main(): Promise<number> {
  const { json } = parseOptions(help, { json: { type: "boolean" } });
  const start = performance.now();
  const results = await runSteps(steps, {
    atOnce: navigator.hardwareConcurrency,
    ...(json ? {} : { onDone: show }),
  });
  const failed = results.filter(({ ok }) => !ok).length;
  if (json) {
    printJson({ ok: failed === 0, ms: Math.round(performance.now() - start), steps: results });
  } else {
    print(`${results.length - failed} passed, ${failed} failed`);
  }
  return failed === 0 ? 0 : 1;
}

function show({ name, ok, ms, report }: StepResult): void {
  print(`${ok ? "ok    " : "FAILED"} ${(ms / 1000).toFixed(1).padStart(5)} s  ${name}`);
  if (ok) return;
  const lines = report.split("\n");
  for (const line of lines.slice(0, reportLines)) print(`         ${line}`);
  const hidden = lines.length - reportLines;
  if (hidden > 0) print(`         … and ${hidden} more lines: --json has all of them`);
}

if (import.meta.main) await runMain(main);
