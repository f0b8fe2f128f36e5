/** The steps of `deno task check`. Long ones come first, so that the short ones fill the gaps. */

import { pathToFileURL } from "node:url";
import { generate } from "../generate.ts";
import { edgeDenoVersion } from "./edge_deno.ts";
import { repository } from "../local/migrations.ts";
import { staleFiles } from "../schema.ts";
import { generatedFiles } from "../schema/generated_files.ts";
import { catalogue } from "../../shared/tools/catalogue.ts";
import { openDatabase } from "../schema/with_database.ts";
import { advise } from "./advise.ts";
import { command } from "./command.ts";
import { checkTypes, runUnitTests } from "./edge_runtime.ts";
import { functionProblems } from "./functions/problems.ts";
import type { Outcome, Step } from "./run_steps.ts";
import { guidanceProblems } from "./guidance.ts";
import { toolFunctionProblems, toolsInSql } from "./tool_functions.ts";

const deno = Deno.execPath();

export const steps: readonly Step[] = [
  {
    name: "types",
    run: () =>
      command([deno, "check", "--quiet", "--frozen", "functions", "shared", "scripts", "console"], {
        repair: "If deno.lock is out of date, run `deno install --frozen=false` and commit it.",
      }),
  },
  { name: "schema, types and database advisors", run: checkDatabase },
  { name: `unit tests on Deno ${edgeDenoVersion}, the edge runtime's`, run: runUnitTests },
  { name: `types on Deno ${edgeDenoVersion}, the edge runtime's`, run: checkTypes },
  { name: "lint", run: () => command([deno, "lint", "--quiet"]) },
  {
    name: "format",
    run: () => command([deno, "fmt", "--check"], { repair: "Run `deno fmt`." }),
  },
  {
    name: "functions, their config and their imports",
    run: async () => list(await functionProblems(repository)),
  },
  { name: "tools, as models read them", run: () => Promise.resolve(checkGuidance()) },
  { name: "generated files", run: checkGenerated },
];

async function checkDatabase(): Promise<Outcome> {
  const { sql, close } = await openDatabase();
  try {
    const stale = await staleFiles(await generatedFiles(sql));
    const findings = await advise(sql);
    const root = pathToFileURL(`${repository}/`);
    return list([
      ...stale,
      ...await toolFunctionProblems(sql, await toolsInSql(root)),
      ...findings.map(({ advisor, object, advice }) => `${object}: ${advice} (${advisor})`),
    ]);
  } finally {
    await close();
  }
}

function checkGuidance(): Outcome {
  return list(guidanceProblems(catalogue));
}

async function checkGenerated(): Promise<Outcome> {
  const stale = await generate({ root: pathToFileURL(`${repository}/`), check: true });
  return list(stale.map((path) => `${path} is out of date: run \`deno task generate\``));
}

function list(problems: readonly string[]): Outcome {
  return { ok: problems.length === 0, report: problems.join("\n") };
}
