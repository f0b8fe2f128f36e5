/** Rules that keep the folders of `functions/` and the blocks of supabase/config.toml consistent. */

import { z } from "zod";
import { SLUG } from "../../../shared/tools/define.ts";

export const functionBlocks = z.record(
  z.string(),
  z.looseObject({
    enabled: z.boolean().optional(),
    entrypoint: z.string().optional(),
    import_map: z.string().optional(),
    verify_jwt: z.boolean().optional(),
  }),
);

export type FunctionBlocks = z.infer<typeof functionBlocks>;

/**
 * The functions for which the platform may demand a user's JWT. Vapi, Twilio, pg_net and pg_cron have none, so with `verify_jwt = true`
 * their requests would be rejected by the gateway.
 */
const calledByUsers: readonly string[] = ["agent-save", "rehearse"];

/** One sentence per violation; `folders` are those with an index.ts. */
export function configProblems(folders: readonly string[], blocks: FunctionBlocks): string[] {
  return [
    ...folders.flatMap((slug) => folderProblems(slug, blocks[slug])),
    ...Object.keys(blocks).filter((slug) => !folders.includes(slug)).map((slug) =>
      `[functions.${slug}] has no functions/${slug}/index.ts: remove the block or add the function`
    ),
  ];
}

function folderProblems(slug: string, block: FunctionBlocks[string] | undefined): string[] {
  if (!SLUG.test(slug)) {
    return [`functions/${slug}: a slug is lower-case words joined by hyphens`];
  }
  if (block === undefined) {
    return [
      `functions/${slug} has no block in supabase/config.toml, so the CLI leaves it out silently`,
    ];
  }
  const problems: string[] = [];
  const expect = (key: "entrypoint" | "import_map", value: string) => {
    if (block[key] !== value) problems.push(`[functions.${slug}] needs ${key} = "${value}"`);
  };
  expect("entrypoint", `../functions/${slug}/index.ts`);
  expect("import_map", "../deno.json");
  if (block.verify_jwt === undefined) {
    problems.push(`[functions.${slug}] must say verify_jwt: without it the platform demands a JWT`);
  } else if (block.verify_jwt && !calledByUsers.includes(slug)) {
    problems.push(
      `[functions.${slug}] is not called with a user's JWT: set verify_jwt = false`,
    );
  }
  if (block.enabled === false) problems.push(`[functions.${slug}] is switched off`);
  return problems;
}
