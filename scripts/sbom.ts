/** `deno task sbom`: what the product is made of, as a bill of materials. Fetches nothing. */
import { join } from "node:path";
import { parseOptions, print, progress, runMain } from "./cli.ts";
import { repository } from "./local/migrations.ts";
import { type Bom, makeBom } from "./sbom/bom.ts";
import { readLicences } from "./sbom/licences.ts";
import { readLock } from "./sbom/locked.ts";

const help = `
Lists every package of deno.lock and scripts/packages.lock with its hash and licence, as CycloneDX 1.6 in JSON.

Usage: deno task sbom [--out <file>]

  --out   writes the file instead of printing it
  --help  show this text

Exit code 0 if it was written, 1 if not, 2 for a wrong option.
`;

/** The bill of this commit. */
export async function bom(): Promise<Bom> {
  const read = (path: string) => Deno.readTextFile(join(repository, path));
  const locks = await Promise.all(["deno.lock", "scripts/packages.lock"].map(read));
  const [always = { packages: [], asked: [] }, onDemand = always] = locks.map(readLock);
  const [, version = "unreleased"] = /^## (\S+)$/m.exec(await read("CHANGELOG.md")) ?? [];
  return await makeBom({
    product: { name: "vapi-tools", version, licence: "MIT" },
    packages: [...always.packages, ...onDemand.packages],
    asked: [...always.asked, ...onDemand.asked],
    licences: readLicences(await read("docs/dependencies.md")),
  });
}

async function main(): Promise<number> {
  const { out } = parseOptions(help, { out: { type: "string" } });
  const text = JSON.stringify(await bom(), null, 2);
  if (out === undefined) print(text);
  else {
    await Deno.writeTextFile(out, `${text}\n`);
    progress(`wrote ${out}`);
  }
  return 0;
}

if (import.meta.main) await runMain(main);
