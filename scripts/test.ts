/**
 * Runs the tests: one Postgres server for all of them, a database for each stack that a test starts, and files with the same needs in one
 * process, several of which run at a time.
 */

import { join } from "node:path";
import { misused, print, progress, runMain } from "./cli.ts";
import { repository } from "./local/migrations.ts";
import { startPostgres } from "./local/postgres.ts";
import { temporaryDirectory } from "./local/temporary_directory.ts";
import { findTestFiles } from "./test/find_test_files.ts";
import { type Group, groupFiles } from "./test/group_files.ts";
import { readTestArguments } from "./test/options.ts";
import { writeGroup } from "./test/write_group.ts";
import { countTests, type Failure, failuresByReason } from "./test/junit.ts";

const help = `
Runs the tests on the embedded stack: all of them, or those in the files and folders that are named.

Usage: deno task test [files] [options of deno test]

  --help  show this text

Arguments go to deno test, e.g. deno task test shared/retry_test.ts --filter "Retry-After".
Types are checked by deno task check.
Files with the same needs are loaded together; a failure names the test's file.
DENO_JOBS is how many groups of files run at a time; by default two more than there are processors.

Exit code: 0 if at least one test ran and none failed, 1 if not, 2 if the command line is wrong.
`;

/** A group often waits for the database, so there are more groups than processors. */
const jobs = () => Deno.env.get("DENO_JOBS") ?? String(navigator.hardwareConcurrency + 2);

/** Longer than the tests take on the slowest machine. A test that hangs would otherwise never report anything. */
const MINUTES = 50;

async function main(args: string[]): Promise<number> {
  if (args.includes("--help") || args.includes("-h")) {
    print(help.trim());
    return 0;
  }
  const start = performance.now();
  const { paths, options } = await readCommand(args);
  const server = await startPostgres({ connections: 300 });
  progress(`Postgres is ready after ${Math.round(performance.now() - start)} ms`);
  const folder = await temporaryDirectory();
  try {
    const groups = await readGroups(paths);
    const modules = await Promise.all(groups.map((group) => writeGroup(folder.path, group)));
    const report = join(folder.path, "report.xml");
    const { code, hung } = await runTests([`--junit-path=${report}`, ...options, ...modules], {
      LOCAL_POSTGRES: server.url,
      DENO_JOBS: jobs(),
    });
    if (hung) {
      print(`Ended after ${MINUTES} minutes: the last tests that have "been running" above hang`);
      return 1;
    }
    // There is no report if deno test rejected an option.
    const text = await Deno.readTextFile(report).catch(() => "");
    printFailures(failuresByReason(text));
    const { passed, failed, skipped } = countTests(text);
    print(`${passed} passed, ${failed} failed${skipped ? `, ${skipped} skipped` : ""}`);
    return code !== 0 ? code : passed > 0 ? 0 : 1;
  } finally {
    await folder.remove();
    await server.close();
  }
}

/** Exits with 2 if the command line is wrong, before anything has started. */
async function readCommand(
  args: readonly string[],
): Promise<{ paths: string[]; options: readonly string[] }> {
  try {
    const { named, options } = readTestArguments(args);
    return { paths: await findTestFiles(repository, named), options };
  } catch (error) {
    misused(help, error instanceof Error ? error.message : String(error));
  }
}

async function readGroups(paths: readonly string[]): Promise<Group[]> {
  return groupFiles(
    await Promise.all(paths.map(async (path) => ({
      path,
      text: await Deno.readTextFile(join(repository, path)),
    }))),
  );
}

async function runTests(
  args: readonly string[],
  env: Record<string, string>,
): Promise<{ code: number; hung: boolean }> {
  const child = new Deno.Command(Deno.execPath(), {
    args: [
      ...["test", "-A", "--frozen", "--no-check", "--parallel"],
      `--config=${join(repository, "deno.json")}`,
      ...args,
    ],
    env,
    stdout: "inherit",
    stderr: "inherit",
  }).spawn();
  const limit = setTimeout(() => child.kill("SIGKILL"), MINUTES * 60_000);
  const { code, signal } = await child.status;
  clearTimeout(limit);
  return { code, hung: signal === "SIGKILL" };
}

/** Repeated briefly next to the count: a log may show only its end. */
function printFailures(failures: readonly Failure[]): void {
  for (const { reason, tests } of failures.slice(0, 12)) {
    const others = tests.length > 1 ? ` and ${tests.length - 1} more` : "";
    print(`failed: ${cut(tests[0] ?? "", 90)}${others}: ${cut(reason, 200)}`);
  }
  if (failures.length > 12) print(`failed: for ${failures.length - 12} other reasons, see above`);
}

function cut(text: string, length: number): string {
  return text.length > length ? `${text.slice(0, length - 1)}…` : text;
}

if (import.meta.main) await runMain(() => main(Deno.args));
