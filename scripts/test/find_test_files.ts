/** Test files in what was named on a command line. */
import { join } from "node:path";
import { exists } from "../exists.ts";

const NAME = /_test\.tsx?$/;

/**
 * From the root, sorted. Goes into folders, without those whose names begin with a dot; all of the root if nothing is named.
 * Throws where there is nothing of a name, or no test in it.
 */
export async function findTestFiles(root: string, named: readonly string[]): Promise<string[]> {
  const paths = new Set<string>();
  for (const path of named.length > 0 ? named : ["."]) {
    if (!await exists(join(root, path))) throw new Error(`There is no file or folder ${path}`);
    const found = await Array.fromAsync(filesIn(root, path));
    if (found.length === 0) {
      throw new Error(`There is no test in ${path}: their names end in _test.ts`);
    }
    for (const file of found) paths.add(file);
  }
  return [...paths].sort();
}

async function* filesIn(root: string, path: string): AsyncGenerator<string> {
  if ((await Deno.stat(join(root, path))).isFile) {
    if (NAME.test(path)) yield join(path);
    return;
  }
  for await (const { name, isDirectory } of Deno.readDir(join(root, path))) {
    if (name.startsWith(".") || name === "node_modules") continue;
    if (isDirectory) yield* filesIn(root, join(path, name));
    else if (NAME.test(name)) yield join(path, name);
  }
}
