/** What must be true of the code before it is deployed. */

import { join } from "node:path";
import { counted } from "../cli.ts";
import { functionProblems } from "../check/functions/problems.ts";

/** Returns the slugs of all functions, and what is wrong with their config, imports and types. */
export async function checkRepository(
  root: string,
  onProgress: (line: string) => void = () => {},
): Promise<{ slugs: string[]; problems: string[] }> {
  const slugs = await functionSlugs(root);
  onProgress(`Checking config and imports of ${counted(slugs.length, "function")}`);
  const problems = await functionProblems(root);
  if (problems.length > 0) return { slugs, problems };
  onProgress("Checking their types");
  return { slugs, problems: await typeProblems(root, slugs) };
}

/** Names of the folders of `functions/` under `root`, sorted. */
export async function functionSlugs(root: string): Promise<string[]> {
  const entries = await Array.fromAsync(Deno.readDir(join(root, "functions")));
  return entries.filter(({ isDirectory }) => isDirectory).map(({ name }) => name).sort();
}

async function typeProblems(root: string, slugs: readonly string[]): Promise<string[]> {
  const { success, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["check", "--quiet", ...slugs.map((slug) => join(root, "functions", slug, "index.ts"))],
    cwd: root,
    env: { NO_COLOR: "1" },
    stdin: "null",
    stdout: "null",
    stderr: "piped",
  }).output();
  return success ? [] : [new TextDecoder().decode(stderr).trim()];
}
