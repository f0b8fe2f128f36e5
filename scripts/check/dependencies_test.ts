import { deepEqual, ok } from "node:assert/strict";
import { join } from "node:path";
import { z } from "zod";
import { repository } from "../local/migrations.ts";

const read = (path: string) => Deno.readTextFile(join(repository, path));
const onDemand = "scripts/packages.lock";
const rows = await documentedPackages();

Deno.test("docs/dependencies.md lists the packages of deno.json, at their versions", async () => {
  const { imports } = z.object({ imports: z.record(z.string(), z.string()) })
    .parse(JSON.parse(await read("deno.json")));
  deepEqual(
    rows.filter(({ where }) => where === "deno.json").map(({ name, version }) =>
      `${name}@${version}`
    )
      .sort(),
    [...new Set(Object.values(imports).map(packageOf))].sort(),
  );
});

Deno.test("docs/dependencies.md lists every package that the code asks for by name", async () => {
  const asked = [...await lockedPackages("deno.lock"), ...await lockedPackages(onDemand)];
  const unknown = asked.filter((asked) =>
    !rows.some(({ name, version }) => matches(name, version, asked))
  );
  deepEqual(unknown, []);
});

Deno.test("docs/dependencies.md says where each version is pinned", async () => {
  for (const { name, version, where } of rows) {
    ok((await read(where)).includes(version), `${where} does not pin ${name} at ${version}`);
  }
});

Deno.test("docs/dependencies.md says why each package is there, and names it once", () => {
  deepEqual(rows.filter(({ why }) => why.length < 10), []);
  const names = rows.map(({ name }) => name);
  deepEqual(names, [...new Set(names)]);
});

Deno.test("every page and script names the same version of Deno to run", async () => {
  const deno = rows.find(({ name }) => name === "deno")?.version;
  for (const path of ["README.md", ".ci/run", ".github/workflows/deploy.yml"]) {
    const named = [...(await read(path)).matchAll(/deno@(\d[\w.]*)/g)].map(([, version]) =>
      version
    );
    deepEqual({ path, named: [...new Set(named)] }, { path, named: [deno] });
  }
});

Deno.test("no task adds a package to the lock file by itself", async () => {
  const { tasks } = z.object({ tasks: z.record(z.string(), z.string()) })
    .parse(JSON.parse(await read("deno.json")));
  for (const [task, line] of Object.entries(tasks)) ok(line.includes(" --frozen "), task);
  ok((await read("scripts/test.ts")).includes('"--frozen"'), "deno task test runs deno test");
});

Deno.test("what only some tasks need is not in the lock file that every task fetches", async () => {
  const always = await lockedPackages("deno.lock");
  for (const asked of await lockedPackages(onDemand)) ok(!always.includes(asked), asked);
  for (const { name, where } of rows.filter(({ where }) => where.startsWith("scripts/"))) {
    const program = (asked: string) =>
      rows.some((row) => row.name === name && matches(name, row.version, asked));
    ok(!always.some(program), `${name} of ${where} is fetched by every task`);
    ok((await lockedPackages(onDemand)).some(program), `${onDemand} has no hash of ${name}`);
  }
});

/** Of the packages in a lock file, those that the code names itself. */
async function lockedPackages(path: string): Promise<string[]> {
  const { specifiers } = z.object({ specifiers: z.record(z.string(), z.string()) })
    .parse(JSON.parse(await read(path)));
  return Object.keys(specifiers).map(packageOf);
}

/** `npm:@scope/name@1.2.3/path` → `@scope/name@1.2.3` */
function packageOf(specifier: string): string {
  return /^npm:((?:@[^/]+\/)?[^/]+)/.exec(specifier)?.[1] ?? specifier;
}

/** `*` in a documented name stands for the platform. */
function matches(name: string, version: string, asked: string): boolean {
  const [start, end] = name.split("*");
  return end === undefined
    ? asked === `${name}@${version}`
    : asked.startsWith(start ?? "") && asked.endsWith(`@${version}`);
}

async function documentedPackages() {
  const lines = (await read("docs/dependencies.md")).split("\n");
  return lines.filter((line) => line.startsWith("| `")).map((line) => {
    const [name = "", version = "", why = "", where = ""] = line.split("|").slice(1).map((cell) =>
      cell.trim()
    );
    return { name: name.replaceAll("`", ""), version, why, where: where.replaceAll("`", "") };
  });
}
