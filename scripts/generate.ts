/** `deno task generate`: writes what follows from the tool definitions in shared/tools. */
import { parseOptions, print, runMain } from "./cli.ts";
import { generatedFiles } from "./generate/files.ts";

const help = `
Writes what follows from the tool definitions in shared/tools: the catalogue, each tool's function, what vapi-webhook can
answer, the blocks of supabase/config.toml, and docs/openapi.json, which describes the SQL functions too.

Usage: deno task generate [options]

  --check  write nothing
  --help   show this text

Exit code: 0 all well, 1 with --check if a file is out of date.
`;

/** Updates the generated files or, with `check`, only compares. Returns the paths that differed. */
export async function generate(
  { root, check = false }: { root: URL; check?: boolean },
): Promise<string[]> {
  const stale: string[] = [];
  for (const { path, text } of await generatedFiles(root)) {
    const url = new URL(path, root);
    const current = await Deno.readTextFile(url).catch(() => null);
    if (current === text) continue;
    stale.push(path);
    if (check) continue;
    await Deno.mkdir(new URL("./", url), { recursive: true });
    await Deno.writeTextFile(url, text);
  }
  return stale;
}

async function main(): Promise<number> {
  const { check = false } = parseOptions(help, { check: { type: "boolean" } });
  const stale = await generate({ root: new URL("../", import.meta.url), check });
  for (const path of stale) {
    print(check ? `${path} is out of date: run deno task generate` : `wrote ${path}`);
  }
  return check && stale.length > 0 ? 1 : 0;
}

if (import.meta.main) await runMain(main);
