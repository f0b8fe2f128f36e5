/** Rules for what a function may import, so that a deployment contains that and nothing else. */

import type { Import, Module } from "./module_graph.ts";

const exactPin = /^npm:(?:@[\w.-]+\/)?[\w.-]+@\d+\.\d+\.\d+(?:-[\w.]+)?(?:\/[\w./-]+)?$/;

/** Adds about 20 ms to a cold start, and 10 more with the first phone number; anything else would be felt in a call. */
const packagesOfTools: readonly string[] = ["libphonenumber-js", "zod"];
/** Nobody is on the phone meanwhile: 7 ms for `@noble/hashes`. */
const packagesOfFunctions: readonly string[] = [...packagesOfTools, "jose", "@noble/hashes"];

/** One sentence per entry of the import map that is not one package at one exact version. */
export function importMapProblems(imports: Readonly<Record<string, string>>): string[] {
  return Object.entries(imports).filter(([name, target]) =>
    name.endsWith("/") || !exactPin.test(target)
  ).map(([name, target]) =>
    `deno.json: "${name}": "${target}" is not one npm package at an exact version`
  );
}

export type FunctionGraph = {
  readonly slug: string;
  /** A tool that Vapi calls while somebody waits on the phone. */
  readonly isTool: boolean;
  readonly modules: readonly Module[];
};

/** One sentence per import of the function, at any depth, that would harm a deployment. */
export function importProblems({ slug, isTool, modules }: FunctionGraph): string[] {
  const allowed = isTool ? packagesOfTools : packagesOfFunctions;
  return modules.flatMap(({ path, imports }) => [
    ...placeProblem(slug, path),
    ...imports.flatMap((entry) =>
      importProblem(entry, allowed).map((problem) => `${path}: ${problem}`)
    ),
  ]);
}

function placeProblem(slug: string, path: string): string[] {
  if (path.endsWith("_test.ts")) return [`functions/${slug} would be deployed with ${path}`];
  if (/^(functions|shared)\//.test(path)) return [];
  return [`functions/${slug} reaches ${path}: only functions/ and shared/ are for deployment`];
}

function importProblem(
  { specifier, target, typeOnly }: Import,
  allowed: readonly string[],
): string[] {
  if (specifier.startsWith("node:") || /^\.\.?\//.test(specifier)) return [];
  const name = packageName(specifier);
  if (/^[a-z]+:/.test(specifier)) {
    return [`"${specifier}" must be imported by a bare name from deno.json, or relatively`];
  }
  if (!exactPin.test(target.replace(/^npm:\//, "npm:"))) {
    return [`"${specifier}" resolves to ${target}, which is no exact version of an npm package`];
  }
  if (!typeOnly && !allowed.includes(name)) {
    return [`"${name}" makes this endpoint's cold start longer; it may load ${allowed.join(", ")}`];
  }
  return [];
}

function packageName(specifier: string): string {
  return specifier.split("/").slice(0, specifier.startsWith("@") ? 2 : 1).join("/");
}
