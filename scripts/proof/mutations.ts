/** `deno task proof mutations`: breaks the product on purpose, one thing at a time, and checks that a test notices. */
import { counted, misused, parseOptions, print, printJson, progress } from "../cli.ts";
import { passedTests } from "../test/junit.ts";
import { temporaryDirectory } from "../local/temporary_directory.ts";
import { startPostgres } from "../local/postgres.ts";
import { MUTATIONS } from "./mutations/list.ts";
import type { Mutation } from "./mutations/mutation.ts";

const help = `
Applies each mutation of scripts/proof/mutations/list.ts to a copy of the tree and runs the test that must fail.

Usage: deno task proof mutations [options]

  --only=<text>  only mutations that contain this text
  --part=<k/n>   only the k-th of n parts of the list
  --write        write docs/mutations.md
  --json         print one JSON list
  --help         show this text

Exit code 0 if every mutation was caught, 1 if not, 2 if the options make no sense.
`;

const root = new URL("../../", import.meta.url);

/** These tests mostly wait: two at once keep two cores busy. */
const AT_ONCE = 2;

/** Several times the time of the slowest test. */
const PATIENCE_MS = 300_000;

interface Tried extends Mutation {
  caught: boolean;
  /** Why it could not be tried. */
  reason?: string;
}

interface Result {
  success: boolean;
  /** Names of tests. */
  passed: string[];
  /** False if it was killed because it took too long. */
  ended: boolean;
}

export async function mutations(args: string[]): Promise<number> {
  const options = parseOptions(help, {
    only: { type: "string" },
    part: { type: "string" },
    write: { type: "boolean" },
    json: { type: "boolean" },
  }, args);
  const isInPart = readPart(options.part ?? "1/1");
  const wanted = MUTATIONS.filter(({ what }, at) =>
    what.includes(options.only ?? "") && isInPart(at)
  );
  if (wanted.length === 0) {
    misused(help, `No mutation has "${options.only ?? ""}" in what it says`);
  }
  const copies = await temporaryDirectory();
  progress(`Breaking ${counted(wanted.length, "thing")}, two at a time`);
  const server = await startPostgres({ connections: 300 });
  try {
    const tried = await tryAll(wanted, copies.path, server.url);
    if (options.write) await write(tried);
    if (options.json) {
      printJson(
        tried.map(({ what, file, test, caught, reason }) => ({ what, file, test, caught, reason })),
      );
    }
    const missed = tried.filter(({ caught }) => !caught).length;
    if (!options.json) print(`${tried.length - missed} of ${tried.length} mutations were caught`);
    return missed === 0 ? 0 : 1;
  } finally {
    await server.close();
    await copies.remove();
  }
}

/** Every n-th mutation, so that the parts take about the same time. */
function readPart(part: string): (at: number) => boolean {
  const [, k, n] = /^([1-9]\d*)\/([1-9]\d*)$/.exec(part)?.map(Number) ?? [];
  if (k === undefined || n === undefined || k > n) {
    misused(help, `--part is ${part}: give it as 2/4, the second of four parts`);
  }
  return (at) => at % n === k - 1;
}

/** In the order of `wanted`. One that cannot be tried counts as not caught. */
async function tryAll(
  wanted: readonly Mutation[],
  folder: string,
  postgresUrl: string,
): Promise<Tried[]> {
  const tried: Tried[] = [];
  const waiting = wanted.entries();
  // The tests that pass without a mutation, run once for all mutations with the same test file.
  const healthy = new Map<string, Promise<Result>>();
  await Promise.all(Array.from({ length: AT_ONCE }, async (_, n) => {
    const copy = `${folder}/${n}`;
    await run("git", ["clone", "--quiet", "--no-hardlinks", root.pathname, copy], {});
    const test = (args: string[]) => runTests(args, copy, postgresUrl);
    for (const [at, mutation] of waiting) {
      const began = performance.now();
      const isHealthy = () => {
        const before = healthy.get(mutation.test) ?? test(argumentsOf(mutation.test, wanted));
        healthy.set(mutation.test, before);
        return before;
      };
      const reason = await whyMissed(mutation, { copy, attempt: test, isHealthy });
      tried[at] = { ...mutation, caught: reason === null, ...(reason !== null && { reason }) };
      progress(
        `${
          reason === null ? "✓ caught" : `✗ MISSED, ${reason}`
        }  ${mutation.what} (${mutation.test}, ${secondsSince(began)} s)`,
      );
    }
  }));
  return tried;
}

function secondsSince(moment: number): number {
  return Math.round((performance.now() - moment) / 1000);
}

/** Null if the test passes without the mutation's change and fails with it. The copy is restored afterwards. */
async function whyMissed(
  { file, from, to, test, filter }: Mutation,
  { copy, attempt, isHealthy }: {
    copy: string;
    attempt: (args: string[]) => Promise<Result>;
    isHealthy: () => Promise<Result>;
  },
): Promise<string | null> {
  const path = `${copy}/${file}`;
  const text = await Deno.readTextFile(path);
  const times = text.split(from).length - 1;
  if (times !== 1) return `${file} holds "${from}" ${times} times, not once`;

  const { success, passed, ended } = await isHealthy();
  if (!success) {
    return `${test} ${ended ? "fails" : `takes over ${PATIENCE_MS / 1000} s`} without any mutation`;
  }
  if (!passed.some((name) => name.includes(filter ?? ""))) {
    return `${test} has no test that is named ${filter}`;
  }

  await Deno.writeTextFile(path, text.replace(from, () => to));
  try {
    // One failing test is enough.
    const only = filter === undefined ? [] : ["--filter", filter];
    const broken = await attempt(["--fail-fast", test, ...only]);
    if (!broken.ended) return `no test failed within ${PATIENCE_MS / 1000} s`;
    return broken.success ? "no test failed" : null;
  } finally {
    await Deno.writeTextFile(path, text);
  }
}

/** All tests of a file that should catch any of these mutations. */
function argumentsOf(test: string, mutations: readonly Mutation[]): string[] {
  const filters = mutations.filter((each) => each.test === test).map(({ filter }) => filter);
  const names = filters.flatMap((filter) => filter === undefined ? [] : RegExp.escape(filter));
  return names.length < filters.length ? [test] : [test, `--filter=/${names.join("|")}/`];
}

async function runTests(
  args: string[],
  cwd: string,
  postgresUrl: string,
): Promise<Result> {
  const report = await Deno.makeTempFile({ suffix: ".xml" });
  try {
    const signal = AbortSignal.timeout(PATIENCE_MS);
    const success = await run(
      Deno.execPath(),
      ["test", "-A", "--no-check", "--quiet", `--junit-path=${report}`, ...args],
      { cwd, env: { LOCAL_POSTGRES: postgresUrl }, signal },
    );
    const passed = passedTests(await Deno.readTextFile(report));
    return { success, passed, ended: !signal.aborted };
  } finally {
    await Deno.remove(report);
  }
}

async function run(
  command: string,
  args: string[],
  options: Deno.CommandOptions,
): Promise<boolean> {
  const { success } = await new Deno.Command(command, {
    ...options,
    args,
    stdin: "null",
    stdout: "null",
    stderr: "null",
  }).output();
  return success;
}

async function write(tried: readonly Tried[]): Promise<void> {
  const rows = tried.map(({ what, file, test, caught }) =>
    `| ${what} | \`${file.split("/").at(-1)}\` | \`${test}\` | ${caught ? "yes" : "**no**"} |`
  );
  const text = `# Mutations

Builds that are broken on purpose, and the test that notices. Written by \`deno task proof mutations --write\`, which applies each to a copy of the tree, sees the test pass without it and fail with it.

| what was broken | in | test | caught |
| --- | --- | --- | --- |
${rows.join("\n")}
`;
  const path = `${root.pathname}docs/mutations.md`;
  await Deno.writeTextFile(path, text);
  await run(Deno.execPath(), ["fmt", "--quiet", path], { cwd: root.pathname });
}
