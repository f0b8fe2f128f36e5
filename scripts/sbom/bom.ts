/** A bill of materials in the form of CycloneDX 1.6: https://cyclonedx.org/docs/1.6/json/ */
import { sha256Hex } from "../../shared/hash.ts";
import type { LockedPackage } from "./locked.ts";

export interface Component {
  "bom-ref": string;
  type: "application" | "library";
  name: string;
  version: string;
  purl?: string;
  hashes?: { alg: "SHA-512"; content: string }[];
  licenses?: ({ license: { id: string } | { name: string } } | { expression: string })[];
}

export interface Bom {
  $schema: string;
  bomFormat: "CycloneDX";
  specVersion: "1.6";
  serialNumber: string;
  version: 1;
  metadata: { component: Component };
  components: Component[];
  dependencies: { ref: string; dependsOn: string[] }[];
}

export interface Materials {
  product: { name: string; version: string; licence: string };
  packages: readonly LockedPackage[];
  /** `name@version` of those that the product names itself. */
  asked: readonly string[];
  /** By the package's name. */
  licences: ReadonlyMap<string, string>;
}

/** The same materials produce the same bill, including its number: it has no date. */
export async function makeBom({ product, packages, asked, licences }: Materials): Promise<Bom> {
  const root: Component = {
    "bom-ref": `${product.name}@${product.version}`,
    type: "application",
    name: product.name,
    version: product.version,
    licenses: licensesOf(product.licence),
  };
  const byKey = new Map(packages.map((each) => [`${each.name}@${each.version}`, each]));
  const sorted = [...byKey].sort(([a], [b]) => a < b ? -1 : 1).map(([, each]) => each);
  const components = sorted.map((each) => componentOf(each, licences.get(each.name)));
  const refs = (keys: readonly string[]) =>
    [...new Set(keys)].map((key) => byKey.get(key)).filter((each) => each !== undefined).map(purlOf)
      .sort();
  const dependencies = [
    { ref: root["bom-ref"], dependsOn: refs(asked) },
    ...sorted.map((each) => ({ ref: purlOf(each), dependsOn: refs(each.brings) })),
  ];
  const digest = await sha256Hex(JSON.stringify([root, components, dependencies]));
  return {
    $schema: "http://cyclonedx.org/schema/bom-1.6.schema.json",
    bomFormat: "CycloneDX",
    specVersion: "1.6",
    serialNumber: `urn:uuid:${uuidOf(digest)}`,
    version: 1,
    metadata: { component: root },
    components,
    dependencies,
  };
}

function componentOf(locked: LockedPackage, licence: string | undefined): Component {
  const purl = purlOf(locked);
  return {
    "bom-ref": purl,
    type: "library",
    name: locked.name,
    version: locked.version,
    purl,
    hashes: [{ alg: "SHA-512", content: hexOf(locked.integrity) }],
    ...(licence !== undefined && { licenses: licensesOf(licence) }),
  };
}

/** An identifier of SPDX, an expression of several, or words. */
function licensesOf(licence: string): NonNullable<Component["licenses"]> {
  if (/ (OR|AND|WITH) /.test(licence)) return [{ expression: licence }];
  return [{ license: licence.includes(" ") ? { name: licence } : { id: licence } }];
}

/** https://github.com/package-url/purl-spec: the @ of a scope is escaped. */
function purlOf({ name, version }: LockedPackage): string {
  return `pkg:npm/${name.replace(/^@/, "%40")}@${version}`;
}

function hexOf(integrity: string): string {
  const [, base64] = /^sha512-(.+)$/.exec(integrity) ?? [];
  if (base64 === undefined) throw new Error(`"${integrity}" is no SHA-512 of npm's`);
  return [...atob(base64)].map((char) => char.charCodeAt(0).toString(16).padStart(2, "0")).join("");
}

/** A UUID of version 8, derived from the digest. */
function uuidOf(digest: string): string {
  const [, a, b, c, d, e] = /^(.{8})(.{4}).(.{3}).(.{3})(.{12})/.exec(digest) ?? [];
  return `${a}-${b}-8${c}-8${d}-${e}`;
}
