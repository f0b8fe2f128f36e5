/** Which files `deno task test` runs, and in which order. */

import { join, relative, sep } from "node:path";

/**
 * Every test file below the directory, as paths relative to it. What needs the whole stack comes first: the long ones are
 * under way early, and the short ones fill the gaps at the end.
 */
export async function testFiles(root: string): Promise<string[]> {
  const files = (await filesUnder(root)).map((path) => relative(root, path).split(sep).join("/"));
  return files.filter((file) => file.endsWith("_test.ts"))
    .sort((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1));
}

const FIRST = ["scripts/tests/", "scripts/"];

function rank(file: string): number {
  const found = FIRST.findIndex((folder) => file.startsWith(folder));
  return found === -1 ? FIRST.length : found;
}

async function filesUnder(directory: string): Promise<string[]> {
  const files: string[] = [];
  for await (const { name, isDirectory, isFile } of Deno.readDir(directory)) {
    if (name.startsWith(".") || name === "node_modules") continue;
    const path = join(directory, name);
    if (isDirectory) files.push(...await filesUnder(path));
    if (isFile) files.push(path);
  }
  return files;
}

/** Options of `deno test` whose value is an argument of its own. */
const WITH_VALUE = new Set(["--filter", "--junit-path", "--config", "-c", "--reporter"]);

/** True if the arguments name files or folders, as opposed to options and their values. */
export function namesFiles(args: readonly string[]): boolean {
  return args.some((arg, i) => !arg.startsWith("-") && !WITH_VALUE.has(args[i - 1] ?? ""));
}
