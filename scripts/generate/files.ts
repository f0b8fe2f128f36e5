/** What `deno task generate` writes: paths relative to the repository, with their whole text. */
import { renderCatalogue, renderHandlers } from "./catalogue.ts";
import { withToolBlocks } from "./config_blocks.ts";

export interface GeneratedFile {
  path: string;
  text: string;
}

/** A file of shared/tools that defines a tool, by its one exported const of that name. */
const DEFINES_TOOL = /^export const tool\b/m;

/** Renders every generated file from the definitions found under `root`, sorted by slug. */
export async function generatedFiles(root: URL): Promise<GeneratedFile[]> {
  const slugs = await definedSlugs(new URL("shared/tools/", root));
  const config = await Deno.readTextFile(new URL("supabase/config.toml", root));
  return [
    { path: "shared/tools/catalogue.ts", text: renderCatalogue(slugs) },
    { path: "functions/vapi-webhook/handlers.ts", text: renderHandlers(slugs) },
    { path: "supabase/config.toml", text: withToolBlocks(config, slugs) },
  ];
}

/** Slugs of the tools: the names of the files that define one. */
export async function definedSlugs(folder: URL): Promise<string[]> {
  const slugs: string[] = [];
  for await (const { name, isFile } of Deno.readDir(folder)) {
    if (!isFile || !name.endsWith(".ts") || name.endsWith("_test.ts")) continue;
    const text = await Deno.readTextFile(new URL(name, folder));
    if (DEFINES_TOOL.test(text)) slugs.push(name.slice(0, -".ts".length));
  }
  return slugs.sort();
}
