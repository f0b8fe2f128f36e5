/**
 * What a function imports, as Deno resolves it. The Supabase CLI uploads just that, and only warns when a
 * relative import leads nowhere, so the graph is checked before anything is deployed.
 */

import { join, relative } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { z } from "zod";

const graphSchema = z.object({
  modules: z.array(z.object({
    specifier: z.string(),
    error: z.string().optional(),
    dependencies: z.array(z.object({
      specifier: z.string(),
      code: z.object({ error: z.string().optional() }).optional(),
      type: z.object({ error: z.string().optional() }).optional(),
    })).default([]),
  })),
});

export type ModuleGraph = {
  readonly slug: string;
  /** Files of the repository, relative to its root, sorted; imports of types count as well. */
  readonly files: readonly string[];
  /** What comes from elsewhere: `npm:/zod@4.6.7`, `node:crypto`, `https://…`. */
  readonly external: readonly string[];
  /** What could not be resolved or loaded, in Deno's words. */
  readonly errors: readonly string[];
};

/** Reads the module graph of a function under `root`. Throws when Deno can't tell it at all. */
export async function readModuleGraph(root: string, slug: string): Promise<ModuleGraph> {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["info", "--json", join(root, "functions", slug, "index.ts")],
    cwd: root,
    env: { NO_COLOR: "1", DENO_NO_UPDATE_CHECK: "1" },
    stdout: "piped",
    stderr: "piped",
  }).output();
  if (code !== 0) {
    throw new Error(`Cannot read the imports of ${slug}: ${new TextDecoder().decode(stderr)}`);
  }
  const { modules } = graphSchema.parse(JSON.parse(new TextDecoder().decode(stdout)));
  const base = pathToFileURL(join(root, "/")).href;
  const local = modules.filter(({ specifier }) => specifier.startsWith(base));
  const found = local.filter(({ error }) => error === undefined);
  return {
    slug,
    files: found.map(({ specifier }) => relative(root, fileURLToPath(specifier))).sort(),
    external: modules.map(({ specifier }) => specifier).filter((it) => !it.startsWith(base)).sort(),
    errors: [
      ...modules.map(({ error }) => error),
      ...modules.flatMap(({ dependencies }) => dependencies)
        .flatMap(({ code, type }) => [code?.error, type?.error]),
    ].filter((error) => error !== undefined),
  };
}

/** What must not be in a function's graph, a sentence each. */
export function checkModuleGraph({ slug, files, external, errors }: ModuleGraph): string[] {
  const foreign = files.filter((file) => !/^(functions|shared)\//.test(file));
  const tests = files.filter((file) =>
    file.endsWith("_test.ts") || /(^|\/)testing(\.ts$|\/)/.test(file)
  );
  const hosts = external.filter((specifier) => !/^(npm|node):/.test(specifier));
  return [
    ...errors.map((error) => `functions/${slug} cannot be deployed: ${error}`),
    ...foreign.map((file) =>
      `functions/${slug} imports ${file}: only functions/ and shared/ are for deployed code`
    ),
    ...tests.map((file) => `functions/${slug} imports ${file}, which is for tests`),
    ...hosts.map((specifier) =>
      `functions/${slug} imports ${specifier}: use a pinned npm package or a node: built-in`
    ),
  ];
}
