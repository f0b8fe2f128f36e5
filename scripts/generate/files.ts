/** What `deno task generate` writes: paths relative to the repository, with their whole text. */
import { z } from "zod";
import { exists } from "../exists.ts";
import type { ToolDefinition } from "../../shared/tools/define.ts";
import { type DefinedTool, renderCatalogue, renderIndex, renderServedTools } from "./catalogue.ts";
import { withToolBlocks } from "./config_blocks.ts";
import { renderOpenapi } from "./openapi/document.ts";

export interface GeneratedFile {
  path: string;
  text: string;
}

/** A file of shared/tools that defines a tool, by its one exported const of that name. */
const DEFINES_TOOL = /^export const tool\b/m;

/** Renders every generated file from the definitions found under `root`, sorted by slug. */
export async function generatedFiles(root: URL): Promise<GeneratedFile[]> {
  const tools = await definedTools(root);
  const slugs = tools.map(({ slug }) => slug);
  const config = await Deno.readTextFile(new URL("supabase/config.toml", root));
  return [
    { path: "shared/tools/catalogue.ts", text: renderCatalogue(tools) },
    { path: "functions/vapi-webhook/tools.ts", text: renderServedTools(tools) },
    { path: "supabase/config.toml", text: withToolBlocks(config, slugs) },
    ...tools.map((tool) => ({
      path: `functions/${tool.slug}/index.ts`,
      text: renderIndex(tool),
    })),
    await openapiFile(root),
  ];
}

const moduleSchema = z.object({
  tool: z.custom<ToolDefinition>((value) => typeof value === "object" && value !== null),
});

/** The description of everything that can be called. `schemaSql`: the schema's dump, if it is newer than its file. */
export async function openapiFile(root: URL, schemaSql?: string): Promise<GeneratedFile> {
  const read = (path: string) => Deno.readTextFile(new URL(path, root));
  const folder = new URL("shared/tools/", root);
  const tools = (await definedSlugs(folder)).map(async (slug) =>
    moduleSchema.parse(await import(new URL(`${slug}.ts`, folder).href)).tool
  );
  return {
    path: "docs/openapi.json",
    text: renderOpenapi({
      tools: await Promise.all(tools),
      schemaSql: schemaSql ?? await read("supabase/schema.sql"),
      agentSaveGuide: await read("docs/agent-save.md"),
    }),
  };
}

/** The tools that are defined under `root`, sorted by slug. */
export async function definedTools(root: URL): Promise<DefinedTool[]> {
  const slugs = await definedSlugs(new URL("shared/tools/", root));
  return await Promise.all(slugs.map(async (slug) => ({
    slug,
    hasRun: await exists(new URL(`functions/${slug}/run.ts`, root)),
  })));
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
