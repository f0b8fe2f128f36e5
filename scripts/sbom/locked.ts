/** The contents of a lock file, deno.lock or scripts/packages.lock, one package at a time. */
import { z } from "zod";

export interface LockedPackage {
  readonly name: string;
  readonly version: string;
  /** npm's `sha512-…`. */
  readonly integrity: string;
  /** `name@version` of each of its dependencies. */
  readonly brings: readonly string[];
}

const lockSchema = z.object({
  specifiers: z.record(z.string(), z.string()),
  npm: z.record(
    z.string(),
    z.looseObject({
      integrity: z.string(),
      dependencies: z.array(z.string()).default([]),
      optionalDependencies: z.array(z.string()).default([]),
    }),
  ),
});

/** Reads a lock file's text: its packages, and those of them that the code names itself. */
export function readLock(text: string): { packages: LockedPackage[]; asked: string[] } {
  const { specifiers, npm } = lockSchema.parse(JSON.parse(text));
  const keys = Object.keys(npm).map(plain);
  // If a package has only one version, others name it without the version.
  const find = (named: string) =>
    keys.find((key) => key === plain(named)) ?? keys.find((key) => nameOf(key) === named);
  return {
    packages: Object.entries(npm).map(([key, entry]) => ({
      name: nameOf(key),
      version: plain(key).slice(nameOf(key).length + 1),
      integrity: entry.integrity,
      brings: [...entry.dependencies, ...entry.optionalDependencies].map(find)
        .filter((found) => found !== undefined),
    })),
    asked: Object.entries(specifiers).map(([specifier, version]) =>
      plain(`${nameOf(specifier.replace(/^npm:/, ""))}@${version}`)
    ),
  };
}

/** `@scope/name@1.0.0_peer@2.0.0` → `@scope/name@1.0.0` */
function plain(key: string): string {
  return /^@?[^@]+@[^_]+/.exec(key)?.[0] ?? key;
}

function nameOf(key: string): string {
  return /^@?[^@]+/.exec(key)?.[0] ?? key;
}
