const BEGIN =
  "# Tool endpoints, written by `deno task generate`. Vapi calls them with its own secret, not a JWT.";
const END = "# End of the tool endpoints.";

/**
 * supabase/config.toml with one block per tool: the CLI silently leaves out a function without a block. Everything outside the two marker
 * lines stays as it is; without markers the blocks go to the end.
 */
export function withToolBlocks(config: string, slugs: readonly string[]): string {
  const blocks = [BEGIN, "", ...slugs.map(block), END].join("\n");
  const begin = config.indexOf(BEGIN);
  if (begin < 0) return `${config.trimEnd()}\n\n${blocks}\n`;
  const end = config.indexOf(END, begin);
  if (end < 0) {
    throw new Error(`Cannot update supabase/config.toml: the line "${END}" is missing`);
  }
  return config.slice(0, begin) + blocks + config.slice(end + END.length);
}

function block(slug: string): string {
  return [
    `[functions.${slug}]`,
    `entrypoint = "../functions/${slug}/index.ts"`,
    `import_map = "../deno.json"`,
    "verify_jwt = false",
    "",
  ].join("\n");
}
