/** What would go wrong when the functions are deployed, found without deploying them. */

import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { parse } from "smol-toml";
import { z } from "zod";
import { exists } from "../../exists.ts";
import { definedSlugs } from "../../generate/files.ts";
import { configProblems, functionBlocks } from "./config_rules.ts";
import { importMapProblems, importProblems } from "./import_rules.ts";
import { moduleGraph } from "./module_graph.ts";

const configSchema = z.object({ functions: functionBlocks.default({}) });
const denoSchema = z.object({ imports: z.record(z.string(), z.string()) });

/** A sentence for each problem of the functions under `root`. */
export async function functionProblems(root: string): Promise<string[]> {
  const read = (path: string) => Deno.readTextFile(join(root, path));
  const { functions } = configSchema.parse(parse(await read("supabase/config.toml")));
  const { imports } = denoSchema.parse(JSON.parse(await read("deno.json")));
  const { slugs, problems } = await functionFolders(root);
  const tools = await definedSlugs(pathToFileURL(join(root, "shared/tools/")));

  const graphs = await Promise.all(slugs.map(async (slug) => {
    const isTool = tools.includes(slug);
    try {
      const modules = await moduleGraph(`functions/${slug}/index.ts`, root);
      return importProblems({ slug, isTool, modules });
    } catch (error) {
      return [error instanceof Error ? error.message : String(error)];
    }
  }));
  // Functions share modules: each problem is reported once.
  return [
    ...new Set([
      ...problems,
      ...await cliProblems(root),
      ...configProblems(slugs, functions),
      ...importMapProblems(imports),
      ...graphs.flat(),
    ]),
  ];
}

async function functionFolders(root: string): Promise<{ slugs: string[]; problems: string[] }> {
  const entries = await Array.fromAsync(Deno.readDir(join(root, "functions")));
  const folders = entries.filter(({ isDirectory }) => isDirectory).map(({ name }) => name).sort();
  const slugs: string[] = [];
  const problems: string[] = [];
  for (const folder of folders) {
    if (await exists(join(root, "functions", folder, "index.ts"))) slugs.push(folder);
    else problems.push(`functions/${folder} has no index.ts`);
  }
  return { slugs, problems };
}

async function cliProblems(root: string): Promise<string[]> {
  return await exists(join(root, "supabase/functions"))
    ? []
    : ["supabase/functions is missing: Supabase's CLI 2.108 and 2.109 crash without it"];
}
