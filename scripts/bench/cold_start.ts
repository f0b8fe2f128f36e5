/**
 * How long a function's modules take to load in a fresh process, the part of a cold start that its author
 * decides. Starting the process itself, and the platform's own share, are not in it.
 */

import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { definedSlugs } from "../generate/files.ts";
import { functionSlugs } from "../deploy/check_repository.ts";
import { repository } from "../local/migrations.ts";

export interface ColdStart {
  slug: string;
  /** Vapi calls it while somebody waits on the phone. */
  isTool: boolean;
  medianMs: number;
  bestMs: number;
}

export interface ColdStartOptions {
  /** Default: all functions. */
  slugs?: readonly string[];
  /** Processes per function; default 7. One more runs before them, to fill Deno's own caches. */
  runs?: number;
}

/** Measures one process after the other, so that they don't slow each other down. */
export async function measureColdStarts(
  { slugs, runs = 7 }: ColdStartOptions = {},
): Promise<ColdStart[]> {
  const tools = await definedSlugs(pathToFileURL(join(repository, "shared/tools/")));
  const results: ColdStart[] = [];
  for (const slug of slugs ?? await functionSlugs(repository)) {
    const entry = pathToFileURL(join(repository, "functions", slug, "index.ts")).href;
    results.push({ slug, isTool: tools.includes(slug), ...await measureImport(entry, runs) });
  }
  return results;
}

/** Loading zod and postgrest-js alone, without which no tool endpoint does. */
export async function measureFloor(runs: number): Promise<Pick<ColdStart, "medianMs" | "bestMs">> {
  return await measureImport(new URL("./floor/imports.ts", import.meta.url).href, runs);
}

async function measureImport(
  entry: string,
  runs: number,
): Promise<Pick<ColdStart, "medianMs" | "bestMs">> {
  await importOnce(entry);
  const times: number[] = [];
  for (let run = 0; run < runs; run++) times.push(await importOnce(entry));
  times.sort((a, b) => a - b);
  return { medianMs: times[Math.floor(times.length / 2)] ?? NaN, bestMs: times[0] ?? NaN };
}

const importer = fileURLToPath(new URL("./import_once.ts", import.meta.url));

/** Enough for every function to be loaded; nothing is called with it. */
const environment = {
  SUPABASE_URL: "http://127.0.0.1:1",
  SUPABASE_SECRET_KEYS: '{"default":"sb_secret_example"}',
  VAPI_PRIVATE_KEY: "example",
  VAPI_WEBHOOK_SECRET: "example",
};

async function importOnce(entry: string): Promise<number> {
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--quiet", "--no-check", importer, entry],
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
