/** The modules that a deployment of a function would contain, as Deno resolves them. */

import { relative } from "node:path";
import { fileURLToPath } from "node:url";
import { z } from "zod";

export type Import = {
  /** As written. */
  readonly specifier: string;
  /** As resolved: a path relative to the root, `node:…` or `npm:…`. */
  readonly target: string;
  /** Erased by the compiler: nothing is loaded for it. */
  readonly typeOnly: boolean;
  /** By `import()`: loaded when needed. */
  readonly isDynamic?: boolean;
};

export type Module = {
  /** Relative to the root. */
  readonly path: string;
  readonly imports: readonly Import[];
};

const resolution = z.object({ specifier: z.string().optional(), error: z.string().optional() });
const graphSchema = z.object({
  modules: z.array(z.object({
    kind: z.string().optional(),
    local: z.string().optional(),
    specifier: z.string(),
    error: z.string().optional(),
    dependencies: z.array(z.object({
      specifier: z.string(),
      code: resolution.optional(),
      type: resolution.optional(),
      isDynamic: z.boolean().default(false),
    })).default([]),
  })),
});

/** Reads the graph with `deno info`. Throws, naming the import that cannot be resolved. */
export async function moduleGraph(entry: string, root: string): Promise<Module[]> {
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["info", "--json", entry],
    cwd: root,
    env: { NO_COLOR: "1" },
    stdin: "null",
  }).output();
  if (!success) throw new Error(`Cannot read ${entry}: ${new TextDecoder().decode(stderr).trim()}`);

  const { modules } = graphSchema.parse(JSON.parse(new TextDecoder().decode(stdout)));
  const target = (specifier: string) =>
    specifier.startsWith("file:") ? relative(root, fileURLToPath(specifier)) : specifier;
  return modules.filter(({ specifier }) => specifier.startsWith("file:")).map((module) => {
    const path = target(module.specifier);
    if (module.error) throw new Error(`Cannot load ${path}: ${module.error}`);
    const imports = module.dependencies.map(({ specifier, code, type, isDynamic }): Import => {
      const resolved = code ?? type;
      if (!resolved?.specifier) {
        throw new Error(`Cannot resolve "${specifier}" in ${path}: ${resolved?.error ?? ""}`);
      }
      const typeOnly = code === undefined;
      return { specifier, target: target(resolved.specifier), typeOnly, isDynamic };
    });
    return { path, imports };
  });
}
