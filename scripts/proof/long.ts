/** `deno task proof long`: the tests that try only a sample in `deno task test`, with everything that they can try. */
import { join } from "node:path";
import { parseOptions } from "../cli.ts";
import { repository } from "../local/migrations.ts";
import { findTestFiles } from "../test/find_test_files.ts";

const help = `
Runs the tests of which \`deno task test\` tries a sample, with everything that they can try.

Usage: deno task proof long [options]

  --help  show this text

Exit code 0 if none failed, 1 if one did, 2 if the options make no sense.
`;

export async function long(args: string[]): Promise<number> {
  parseOptions(help, {}, args);
  const files = await longFiles();
  const { code } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--frozen", join(repository, "scripts/test.ts"), ...files],
    cwd: repository,
    env: { TEST_AMOUNT: "all" },
    stdin: "null",
  }).spawn().status;
  return code;
}

/** Test files that choose how much to try. */
async function longFiles(): Promise<string[]> {
  const paths = await findTestFiles(repository, []);
  const texts = await Promise.all(paths.map((path) => Deno.readTextFile(join(repository, path))));
  return paths.filter((_, index) => texts[index]?.includes('/amount.ts"'));
}
