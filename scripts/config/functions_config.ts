/**
 * Holds the folders of `functions/` and the blocks of `supabase/config.toml` together. The Supabase CLI
 * deploys what has a block and says nothing of a folder without one.
 */

import { join } from "node:path";
import { parse } from "smol-toml";
import { z } from "zod";

const blockSchema = z.object({
  enabled: z.boolean().default(true),
  entrypoint: z.string().optional(),
  import_map: z.string().optional(),
  verify_jwt: z.boolean().optional(),
});
const configSchema = z.object({ functions: z.record(z.string(), blockSchema).default({}) });

/** `[functions.<slug>]` as it stands in the file; what is left out is undefined, but for `enabled`. */
export type FunctionBlock = z.infer<typeof blockSchema>;

/** Reads the blocks of `supabase/config.toml` under `root`, by slug. */
export async function readFunctionBlocks(root: string): Promise<Record<string, FunctionBlock>> {
  const text = await Deno.readTextFile(join(root, "supabase/config.toml"));
  return configSchema.parse(parse(text)).functions;
}

/** Slugs of the folders of `functions/` under `root`, sorted. */
export async function readFunctionFolders(root: string): Promise<string[]> {
  const slugs: string[] = [];
  for await (const { name, isDirectory } of Deno.readDir(join(root, "functions"))) {
    if (isDirectory) slugs.push(name);
  }
  return slugs.sort();
}

/** Everything that is wrong between folders and blocks, a sentence each; empty when all is well. */
export function compareFunctions(
  folders: readonly string[],
  blocks: Readonly<Record<string, FunctionBlock>>,
): string[] {
  const problems: string[] = [];
  for (const slug of folders) {
    const block = blocks[slug];
    if (block === undefined) {
      problems.push(
        `functions/${slug} has no block in supabase/config.toml, so the Supabase CLI would leave it out: ` +
          `add [functions.${slug}] with entrypoint, import_map and verify_jwt`,
      );
    } else problems.push(...checkBlock(slug, block));
  }
  for (const slug of Object.keys(blocks)) {
    if (!folders.includes(slug)) {
      problems.push(
        `[functions.${slug}] in supabase/config.toml has no folder: add functions/${slug} or remove the block`,
      );
    }
  }
  return problems;
}

/** Reads and compares both under `root`. */
export async function checkFunctionsConfig(root: string): Promise<string[]> {
  return compareFunctions(await readFunctionFolders(root), await readFunctionBlocks(root));
}

function checkBlock(slug: string, block: FunctionBlock): string[] {
  const problems: string[] = [];
  const expect = (key: "entrypoint" | "import_map", expected: string) => {
    const found = block[key];
    if (found === expected) return;
    problems.push(
      `[functions.${slug}] in supabase/config.toml must have ${key} = "${expected}": ` +
        (found === undefined ? "it is missing" : `it is "${found}"`),
    );
  };
  expect("entrypoint", `../functions/${slug}/index.ts`);
  expect("import_map", "../deno.json");
  if (block.verify_jwt === undefined) {
    problems.push(
      `[functions.${slug}] in supabase/config.toml must say verify_jwt: left out, it is true and refuses ` +
        `callers that bring no user's token`,
    );
  }
  if (!block.enabled) {
    problems.push(
      `[functions.${slug}] in supabase/config.toml is disabled: remove enabled = false`,
    );
  }
  return problems;
}
