/** `deno task converse`: scripted callers and stand-ins for a model hold conversations, and the database shows how they ended. */
import {
  counted,
  misused,
  parseOptions,
  print,
  printJson,
  progress,
  runMain,
  wholeNumber,
} from "./cli.ts";
import { MAX_MEDIAN_TURNS } from "./converse/manners.ts";
import type { Endpoint } from "./converse/live_model.ts";
import {
  describe,
  medianTurns,
  nameOf,
  planModelRuns,
  planRuns,
  play,
  shareOf,
  startConversations,
} from "./converse/play.ts";
import { exportEvals } from "./converse/evals.ts";
import { writeTable } from "./converse/table.ts";
import { readScenarios } from "./converse/scenario.ts";
import { unreachable } from "./unreachable.ts";

const helpOf = (command: string) => `
Plays the conversations of scripts/converse/scenarios: a scripted caller, a stand-in for the model that knows only what reached
Vapi, and the real tools. Each is graded by what is in the database afterwards; docs/conversations.md says more.

Usage: deno task ${command} [options]

  --filter=<text>  only runs whose topic, title or stand-in contains this text
  --share          only the share that is part of deno task test
  --write          write the table of docs/conversations.md
  --model=<url>    with a real model behind an endpoint like OpenAI's, such as https://api.openai.com/v1, in place of the
                   stand-ins; its name in CONVERSE_MODEL, its key in CONVERSE_MODEL_KEY
  --times=<n>      with --model: each scenario this many times; it passes if all of them do (pass^n). Default 1
  --export-evals=<dir>  write what the obedient stand-in plays as Vapi Evals, bodies of POST /eval, one file each; "-" for one JSON
                   list on standard output
  --dialogues      print every conversation, not only those that failed
  --json           print one JSON object: {scenarios, runs, passed, failed, seconds}
  --help           show this text

Exit code 0 if every run ended as it should, 1 if one did not, 2 if the options make no sense or nothing answers at the model's URL.
`;

/** The same under its own name and as a word of `deno task proof`. */
export async function converse(args: string[], command = "converse"): Promise<number> {
  const options = parseOptions(helpOf(command), {
    filter: { type: "string" },
    share: { type: "boolean" },
    write: { type: "boolean" },
    model: { type: "string" },
    times: { type: "string", default: "1" },
    "export-evals": { type: "string" },
    dialogues: { type: "boolean" },
    json: { type: "boolean" },
  }, args);
  const start = performance.now();
  const times = wholeNumber(helpOf(command), "times", options.times, { from: 1, to: 100 });
  const scenarios = await readScenarios();
  const all = options.model === undefined ? planRuns(scenarios) : planModelRuns(scenarios, times);
  const target = options["export-evals"];
  const wanted = (options.share ? shareOf(all) : all).filter((run) =>
    nameOf(run).toLowerCase().includes(options.filter?.toLowerCase() ?? "") &&
    (target === undefined || run.standIn === "obedient")
  );
  const partial = options.share || options.filter !== undefined || options.model !== undefined;
  if (options.write && partial) {
    misused(
      helpOf(command),
      "--write writes the whole table, so it goes with none of --filter, --share and --model",
    );
  }
  if (options.model !== undefined && !/^https?:$/.test(URL.parse(options.model)?.protocol ?? "")) {
    misused(helpOf(command), `--model=${options.model} is no http or https URL`);
  }
  if (wanted.length === 0) {
    misused(
      helpOf(command),
      `No run has "${options.filter ?? ""}" in its topic, title or stand-in`,
    );
  }
  const endpoint = endpointOf(options.model);
  if (endpoint !== undefined) {
    const problem = await silenceOf(endpoint);
    if (problem !== null) {
      progress(problem);
      return 2;
    }
  }
  progress(`Holding ${counted(wanted.length, "conversation")}`);
  const stack = await startConversations();
  try {
    const results = await play(stack, wanted, endpoint);
    for (const result of results) {
      if (result.problems.length > 0 || options.dialogues) progress(describe(result));
    }
    if (target !== undefined) return await exportEvals(results, target);
    if (options.write) await writeTable(results);
    const failed = results.filter(({ problems }) => problems.length > 0).length;
    const report = {
      scenarios: new Set(results.map(({ scenario }) => scenario)).size,
      runs: results.length,
      passed: results.length - failed,
      failed,
      seconds: Math.round((performance.now() - start) / 100) / 10,
    };
    const turns = medianTurns(results);
    const byScenario = [...Map.groupBy(results, ({ scenario }) => scenario).values()];
    const always = byScenario.filter((own) => own.every(({ problems }) => problems.length === 0));
    if (options.json) {
      printJson(options.model === undefined ? report : { ...report, times, always: always.length });
    } else {
      if (options.model !== undefined) {
        print(`${always.length} of ${byScenario.length} scenarios ended well all ${times} times`);
      }
      print(`A booking takes ${turns} turns of the caller at the median`);
      print(
        `${report.passed} of ${report.runs} conversations (${report.scenarios} scenarios) ended as they should, in ${report.seconds} s`,
      );
    }
    return failed === 0 && results.length > 0 && turns <= MAX_MEDIAN_TURNS ? 0 : 1;
  } finally {
    await stack.close();
  }
}

function endpointOf(baseUrl: string | undefined): Endpoint | undefined {
  if (baseUrl === undefined) return undefined;
  const key = Deno.env.get("CONVERSE_MODEL_KEY");
  const model = Deno.env.get("CONVERSE_MODEL") ?? "gpt-4o";
  return { baseUrl, model, ...(key === undefined ? {} : { key }) };
}

/** Why nothing answers there, so that it is reported once and at once; null if anything answers. */
async function silenceOf({ baseUrl }: Endpoint): Promise<string | null> {
  try {
    const response = await fetch(baseUrl, { signal: AbortSignal.timeout(20_000) });
    await response.body?.cancel();
    return null;
  } catch (error) {
    return unreachable(baseUrl, error, "is --model its address?");
  }
}

if (import.meta.main) await runMain(() => converse(Deno.args));
