/**
 * How long a function's modules take to load in a fresh process, the part of a cold start that its author decides. Starting the process
 * itself, and the platform's own share, are not included.
 */

import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { type Figures, figures } from "./measure.ts";
import { definedSlugs } from "../generate/files.ts";
import { functionSlugs } from "../deploy/check_repository.ts";
import { LAZY } from "../local/function_process.ts";
import { repository } from "../local/migrations.ts";

export interface ColdStart extends Figures {
  slug: string;
  /** Vapi calls it while somebody waits on the phone. */
  isTool: boolean;
}

/** Every function, and zod and postgrest-js alone: the minimum for a tool endpoint that uses libraries for both purposes. */
export async function measureColdStarts(
  runs: number,
): Promise<{ functions: ColdStart[]; floor: Figures }> {
  const tools = await definedSlugs(pathToFileURL(join(repository, "shared/tools/")));
  const slugs = await functionSlugs(repository);
  const taken = await measureImports([
    new URL("./floor/imports.ts", import.meta.url).href,
    ...slugs.map((slug) => pathToFileURL(join(repository, "functions", slug, "index.ts")).href),
  ], runs);
  const [floor = figures([]), ...others] = taken;
  const functions = slugs.map((slug, at) => ({
    slug,
    isTool: tools.includes(slug),
    ...others[at] ?? figures([]),
  }));
  return { functions, floor };
}

/**
 * One process after the other, so that they do not slow each other down, and in turns, so that whatever else the machine does affects all
 * of them. An extra run of each comes first, to fill Deno's own caches.
 */
async function measureImports(entries: readonly string[], runs: number): Promise<Figures[]> {
  const times: number[][] = entries.map(() => []);
  for (const entry of entries) await importOnce(entry);
  for (let run = 0; run < runs; run++) {
    for (const [at, entry] of entries.entries()) times[at]?.push(await importOnce(entry));
  }
  return times.map(figures);
}

const importer = fileURLToPath(new URL("./import_once.ts", import.meta.url));

/** Enough for every function to be loaded; none is called with it. */
const environment = {
  SUPABASE_URL: "http://127.0.0.1:1",
  SUPABASE_SECRET_KEYS: '{"default":"sb_secret_example"}',
  VAPI_PRIVATE_KEY: "example",
  VAPI_WEBHOOK_SECRET: "example",
};

async function importOnce(entry: string): Promise<number> {
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--quiet", "--no-check", LAZY, importer, entry],
    cwd: repository,
    env: environment,
    stdin: "null",
  }).output();
  const text = new TextDecoder().decode(stdout).trim();
  if (!success || text === "") {
    throw new Error(`Cannot load ${entry}: ${new TextDecoder().decode(stderr)}`);
  }
  return Number(text);
}
