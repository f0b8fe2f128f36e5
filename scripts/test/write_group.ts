/** A module that loads several test files into one process. */
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { repository } from "../local/migrations.ts";
import type { Group } from "./group_files.ts";

/** Writes it into the folder and returns its path; a single file is run as it is. */
export async function writeGroup(folder: string, { name, paths }: Group): Promise<string> {
  const files = paths.map((path) => join(repository, path));
  const [first, ...others] = files;
  if (first !== undefined && others.length === 0) return first;
  const module = join(folder, `${name.replaceAll(/[^\w]+/g, "_")}.ts`);
  const imports = files.map((file) => `import ${JSON.stringify(pathToFileURL(file).href)};\n`);
  await Deno.writeTextFile(module, imports.join(""));
  return module;
}
