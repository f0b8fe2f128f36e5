/** The bill of materials is valid, and agrees with the lock files and the packages themselves. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { z } from "zod";
import { repository } from "../local/migrations.ts";
import { npmPackage } from "../local/npm_package.ts";
import { bom } from "../sbom.ts";
import { readLicences } from "./licences.ts";
import { readLock } from "./locked.ts";

const read = (path: string) => Deno.readTextFile(join(repository, path));
const licences = readLicences(await read("docs/dependencies.md"));
const always = readLock(await read("deno.lock"));
const onDemand = readLock(await read("scripts/packages.lock"));

/** What CycloneDX 1.6 demands of the parts that are used. */
const componentSchema = z.strictObject({
  "bom-ref": z.string().min(1),
  type: z.enum(["application", "library"]),
  name: z.string().min(1),
  version: z.string().min(1),
  purl: z.string().regex(/^pkg:npm\/(%40[^/@]+\/)?[^/@]+@[^@]+$/).optional(),
  hashes: z.array(
    z.strictObject({ alg: z.literal("SHA-512"), content: z.string().regex(/^[0-9a-f]{128}$/) }),
  ).optional(),
  licenses: z.tuple([z.union([
    z.strictObject({ license: z.strictObject({ id: z.string().regex(/^[\w.-]+$/) }) }),
    z.strictObject({ license: z.strictObject({ name: z.string().min(1) }) }),
    z.strictObject({ expression: z.string().min(1) }),
  ])]),
});
const bomSchema = z.strictObject({
  $schema: z.literal("http://cyclonedx.org/schema/bom-1.6.schema.json"),
  bomFormat: z.literal("CycloneDX"),
  specVersion: z.literal("1.6"),
  serialNumber: z.string().regex(
    /^urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/,
  ),
  version: z.literal(1),
  metadata: z.strictObject({ component: componentSchema }),
  components: z.array(componentSchema),
  dependencies: z.array(z.strictObject({ ref: z.string(), dependsOn: z.array(z.string()) })),
});

Deno.test("the bill has every package of both lock files once, with its hash and licence", async () => {
  const { components } = bomSchema.parse(await bom());
  const locked = [...always.packages, ...onDemand.packages].map(({ name, version }) =>
    `${name}@${version}`
  );
  assert.ok(locked.length > 80);
  const listed = components.map(({ name, version }) => `${name}@${version}`);
  assert.deepEqual(listed.toSorted(), [...new Set(locked)].toSorted());
});

Deno.test("the bill says what each brings, by references that there are", async () => {
  const { metadata, components, dependencies } = bomSchema.parse(await bom());
  const refs = [metadata.component, ...components].map((each) => each["bom-ref"]);
  assert.deepEqual(refs, [...new Set(refs)]);
  assert.deepEqual(dependencies.map(({ ref }) => ref), refs);
  for (const { dependsOn } of dependencies) {
    assert.deepEqual(dependsOn, [...new Set(dependsOn)]);
    assert.deepEqual(dependsOn.filter((ref) => !refs.includes(ref)), []);
  }
  const [root] = dependencies;
  assert.equal(root?.dependsOn.length, new Set([...always.asked, ...onDemand.asked]).size);
  const brought = new Set(dependencies.flatMap(({ dependsOn }) => dependsOn));
  const loose = components.filter((each) => !brought.has(each["bom-ref"]));
  assert.deepEqual(loose.map(({ name }) => name), [], "nobody asks for them");
});

Deno.test("the same commit has the same bill", async () => {
  assert.deepEqual(await bom(), await bom());
});

Deno.test("docs/dependencies.md gives each package the licence that it states itself", async () => {
  const stated = z.object({ license: z.string().default("none stated") });
  for (const { name, version } of always.packages) {
    const folder = await npmPackage({ name, version, what: name });
    const text = await Deno.readTextFile(join(folder, "package.json"));
    assert.equal(licences.get(name), stated.parse(JSON.parse(text)).license, name);
  }
  const names = [...always.packages, ...onDemand.packages].map(({ name }) => name);
  assert.deepEqual([...licences.keys()].toSorted(), [...new Set(names)].toSorted());
});

Deno.test("what functions and the console load is under MIT and 0BSD", async () => {
  const page = await read("docs/dependencies.md");
  const [, loaded = ""] = page.split("## Loaded by functions");
  const [rows = ""] = loaded.split("## Loaded by scripts and tests");
  const names = [...rows.matchAll(/^\| `([^`]+)`/gm)].map(([, name]) => name ?? "");
  const needed = new Set<string>();
  const add = (name: string) => {
    if (needed.has(name)) return;
    needed.add(name);
    const brings = always.packages.find((each) => each.name === name)?.brings ?? [];
    for (const key of brings) add(key.slice(0, key.lastIndexOf("@")));
  };
  for (const name of [...names, "@supabase/supabase-js"]) add(name);
  assert.ok(needed.size > 6);
  for (const name of needed) assert.match(licences.get(name) ?? "", /^(MIT|0BSD)$/, name);
});
