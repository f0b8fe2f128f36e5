/** `deno task proof readers`: what is accepted of people's words is what they meant, in more samples than a test run has time for. */
import { fileURLToPath } from "node:url";
import { misused, parseOptions } from "../cli.ts";

const help = `
Reads this many utterances with a known meaning in each language, and looks for one that is misread.

Usage: deno task proof readers [options]

  --runs=<n>     utterances of each kind; default 10000
  --help         show this text

Exit code 0 if nothing was misread, 1 if not, 2 if the options make no sense.
`;

const folder = fileURLToPath(new URL("../../shared/tools/readers/", import.meta.url));

export async function readers(args: string[]): Promise<number> {
  const { runs = "10000" } = parseOptions(help, { runs: { type: "string" } }, args);
  if (!/^[1-9]\d{0,8}$/.test(runs)) misused(help, `--runs must be a number, not ${runs}`);
  const tests = await Array.fromAsync(Deno.readDir(folder), ({ name }) => name);
  const { code } = await new Deno.Command(Deno.execPath(), {
    args: [
      "test",
      "-A",
      "--no-check",
      // As many files at once as there are cores.
      "--parallel",
      ...tests.filter((name) => name.endsWith("_property_test.ts")).map((name) => folder + name),
    ],
    env: { READER_RUNS: runs },
  }).spawn().status;
  return code === 0 ? 0 : 1;
}
