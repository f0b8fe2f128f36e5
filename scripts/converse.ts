/** `deno task converse`: scripted callers and stand-ins for a model hold conversations, and the database tells how they ended. */
import { parseOptions, print, printJson, progress, runMain } from "./cli.ts";
import { planRuns, play, type Result, shareOf, startConversations } from "./converse/play.ts";
import { readScenarios } from "./converse/scenario.ts";

const help = `
Plays the conversations of scripts/converse/scenarios: a scripted caller, a stand-in for the model that knows only what reached
Vapi, and the real tools. Each is graded by what is in the database afterwards; docs/conversations.md says more.

Usage: deno task converse [options]

  --filter=<text>  only runs whose topic, title or stand-in contains this text
  --share          only the share that is part of deno task test
  --dialogues      print every conversation, not only those that failed
  --json           print one JSON object: {scenarios, runs, passed, failed, seconds}
  --help           show this text

Exit code 0 if every run ended as it should, 1 if one did not, 2 if the options make no sense.
`;

export async function converse(args: string[]): Promise<number> {
  const options = parseOptions(help, {
    filter: { type: "string" },
    share: { type: "boolean" },
    dialogues: { type: "boolean" },
    json: { type: "boolean" },
  }, args);
  const start = performance.now();
  const all = planRuns(await readScenarios());
  const wanted = (options.share ? shareOf(all) : all).filter((run) =>
    nameOf(run).toLowerCase().includes(options.filter?.toLowerCase() ?? "")
  );
  const stack = await startConversations();
  try {
    const results = await play(stack, wanted);
    for (const result of results) {
      if (result.problems.length > 0 || options.dialogues) progress(describe(result));
    }
    const failed = results.filter(({ problems }) => problems.length > 0).length;
    const report = {
      scenarios: new Set(results.map(({ scenario }) => scenario)).size,
      runs: results.length,
      passed: results.length - failed,
      failed,
      seconds: Math.round((performance.now() - start) / 100) / 10,
    };
    if (options.json) printJson(report);
    else {
      print(
        `${report.passed} of ${report.runs} conversations (${report.scenarios} scenarios) ended as they should, in ${report.seconds} s`,
      );
    }
    return failed === 0 && results.length > 0 ? 0 : 1;
  } finally {
    await stack.close();
  }
}

function nameOf({ scenario, standIn }: Pick<Result, "scenario" | "standIn">): string {
  return `${scenario.topic}: ${scenario.title} × ${standIn}`;
}

/** A run with what was wrong and all that was said. */
export function describe(result: Result): string {
  const { problems, dialogue, shape } = result;
  return [
    `${problems.length === 0 ? "✓" : "✗"} ${nameOf(result)} (${shape})`,
    ...problems.map((problem) => `    ${problem}`),
    ...dialogue.map(({ who, text }) => `      ${who.padEnd(9)} ${text}`),
    "",
  ].join("\n");
}

if (import.meta.main) await runMain(() => converse(Deno.args));
