/**
 * `deno task generate [--check]`: writes what follows from the tool definitions in shared/tools:
 * the catalogue, the list of handlers, and the blocks of supabase/config.toml.
 * With `--check` it writes nothing and exits with 1 if a file is out of date.
 */
import { generatedFiles } from "./generate/files.ts";

/** Brings the generated files up to date, or with `check` only looks. Returns the paths that differed. */
export async function generate(
  { root, check = false }: { root: URL; check?: boolean },
): Promise<string[]> {
  const stale: string[] = [];
  for (const { path, text } of await generatedFiles(root)) {
    const url = new URL(path, root);
    const current = await Deno.readTextFile(url).catch(() => null);
    if (current === text) continue;
    stale.push(path);
    if (!check) await Deno.writeTextFile(url, text);
  }
  return stale;
}

if (import.meta.main) {
  const check = Deno.args.includes("--check");
  const stale = await generate({ root: new URL("../", import.meta.url), check });
  const lines = stale.map((path) =>
    check ? `${path} is out of date: run deno task generate` : `wrote ${path}`
  );
  await Deno.stdout.write(new TextEncoder().encode(lines.map((line) => `${line}\n`).join("")));
  if (check && stale.length > 0) Deno.exit(1);
}
