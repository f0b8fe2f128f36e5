/**
 * `deno task schema`: writes what follows from the migrations, supabase/schema.sql for people, shared/database_types.ts for TypeScript and
 * docs/openapi.json for other clients, from a real database that has just been migrated.
 */

import { join } from "node:path";
import { parseOptions, print, runMain } from "./cli.ts";
import { repository } from "./local/migrations.ts";
import { diffSummary } from "./schema/diff_summary.ts";
import { type GeneratedFile, generatedFiles } from "./schema/generated_files.ts";
import { withDatabase } from "./schema/with_database.ts";

const help = `
Regenerates supabase/schema.sql, shared/database_types.ts and docs/openapi.json from supabase/migrations.

Usage: deno task schema [options]

  --check  write nothing
  --help   show this text

Exit code: 0 all well, 1 with --check if a file is out of date.
`;

/** One message for each file that differs from what the migrations produce; none if all are up to date. */
export async function staleFiles(expected: readonly GeneratedFile[]): Promise<string[]> {
  const messages: string[] = [];
  for (const { path, text } of expected) {
    const found = await readIfThere(join(repository, path));
    if (found === text) continue;
    const difference = found === undefined ? "  it does not exist" : diffSummary(found, text);
    messages.push(`${path} is out of date: run \`deno task schema\` and commit it\n${difference}`);
  }
  return messages;
}

async function main(): Promise<number> {
  const { check } = parseOptions(help, { check: { type: "boolean" } });
  const files = await withDatabase(({ sql }) => generatedFiles(sql));
  if (check) {
    const stale = await staleFiles(files);
    for (const message of stale) print(message);
    return stale.length > 0 ? 1 : 0;
  }
  for (const { path, text } of files) {
    const file = join(repository, path);
    const changed = await readIfThere(file) !== text;
    if (changed) await Deno.writeTextFile(file, text);
    print(`${changed ? "wrote" : "unchanged"} ${path}`);
  }
  return 0;
}

async function readIfThere(file: string): Promise<string | undefined> {
  try {
    return await Deno.readTextFile(file);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

if (import.meta.main) await runMain(main);
