/** Test files in what was named on a command line, and what was named beside them. */
import { join } from "node:path";

const NAME = /_test\.tsx?$/;

export interface Found {
  /** From the root, sorted. */
  paths: string[];
  /** Arguments that name neither a file nor a folder: options, and values of options. */
  others: string[];
}

/** Goes into folders, without those whose names begin with a dot; all of the root if nothing there is named. */
export async function findTestFiles(root: string, args: readonly string[]): Promise<Found> {
  const others: string[] = [];
  const named: string[] = [];
  for (const arg of args) (await exists(join(root, arg)) ? named : others).push(arg);
  const paths: string[] = [];
  for (const path of named.length > 0 ? named : ["."]) {
    for await (const file of filesIn(root, path)) paths.push(file);
  }
  return { paths: [...new Set(paths)].sort(), others };
}

async function* filesIn(root: string, path: string): AsyncGenerator<string> {
  if ((await Deno.stat(join(root, path))).isFile) return yield join(path);
  for await (const { name, isDirectory } of Deno.readDir(join(root, path))) {
    if (name.startsWith(".") || name === "node_modules") continue;
    if (isDirectory) yield* filesIn(root, join(path, name));
    else if (NAME.test(name)) yield join(path, name);
  }
}

async function exists(path: string): Promise<boolean> {
  try {
    await Deno.stat(path);
    return true;
  } catch {
    return false;
  }
}
