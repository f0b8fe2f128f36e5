/** The layout of the code: where things are, how large files are, and that no two parts need each other. */
import assert from "node:assert/strict";
import { join, normalize } from "node:path";
import { repository } from "../local/migrations.ts";

/** Generated files. */
const GENERATED = ["shared/database_types.ts"];
const MAX_LINES = 300;
const MAX_SHARED = 95;

const folders = ["console", "functions", "scripts", "shared"];
const files = new Map<string, string>();
Deno.test.beforeAll(async () => {
  for (const folder of folders) await readInto(folder);
});

async function readInto(folder: string): Promise<void> {
  for await (const { name, isDirectory } of Deno.readDir(join(repository, folder))) {
    const path = `${folder}/${name}`;
    if (isDirectory && !["dist", "node_modules", "fixtures"].includes(name)) await readInto(path);
    else if (/\.tsx?$/.test(name)) files.set(path, await Deno.readTextFile(join(repository, path)));
  }
}

/** The files that a file imports, including types, except what it loads when needed. */
function importsOf(path: string): string[] {
  const specifiers = (files.get(path) ?? "").matchAll(
    /^(?:import|export)\s[^;]*?from\s+"(\.[^"]+)"/gm,
  );
  return [...specifiers].map(([, specifier = ""]) => normalize(join(path, "..", specifier)));
}

/** The shortest path from a file back to itself, if any. */
function circle(): string[] {
  const done = new Set<string>();
  const visit = (path: string, way: readonly string[]): string[] => {
    if (way.includes(path)) return [...way.slice(way.indexOf(path)), path];
    if (done.has(path)) return [];
    for (const next of importsOf(path)) {
      const found = visit(next, [...way, path]);
      if (found.length > 0) return found;
    }
    done.add(path);
    return [];
  };
  for (const path of files.keys()) {
    const found = visit(path, []);
    if (found.length > 0) return found;
  }
  return [];
}

Deno.test("no file has more than 300 lines", () => {
  const long = [...files].filter(([path, text]) =>
    !GENERATED.includes(path) && text.split("\n").length - 1 > MAX_LINES
  );
  assert.deepEqual(long.map(([path]) => path), []);
});

Deno.test("no file imports itself by way of others", () => {
  assert.deepEqual(circle(), []);
});

Deno.test("shared code needs no function", () => {
  const arrows = [...files.keys()].filter((path) => /^shared\/.*(?<!_test)\.ts$/.test(path))
    .flatMap((path) =>
      importsOf(path).filter((target) => !target.startsWith("shared/"))
        .map((target) => `${path} → ${target}`)
    );
  assert.deepEqual(arrows, []);
});

Deno.test("shared/ holds only what several parts use", () => {
  const shared = [...files.keys()].filter((path) => /^shared\/.*(?<!_test)\.ts$/.test(path));
  assert.ok(shared.length <= MAX_SHARED, `${shared.length} files`);
});

/** Functions, scripts and the console if they need a shared file, even indirectly or only on demand. */
function usersOf(
  path: string,
  importers: ReadonlyMap<string, string[]>,
  seen = new Set<string>(),
): Set<string> {
  if (seen.has(path)) return new Set<string>();
  seen.add(path);
  const users = new Set<string>();
  for (const importer of importers.get(path) ?? []) {
    const [room = "", folder = ""] = importer.split("/");
    if (room === "functions") users.add(folder);
    else if (room !== "shared") users.add(room);
    else for (const user of usersOf(importer, importers, seen)) users.add(user);
  }
  return users;
}

Deno.test("what one function alone needs lies in its folder", () => {
  const importers = new Map<string, string[]>();
  for (const [path, text] of files) {
    if (/_test\.tsx?$|^scripts\/tests\//.test(path)) continue;
    for (const [, specifier = ""] of text.matchAll(/(?:from\s+|import\(\s*)"(\.[^"]+)"/g)) {
      const target = normalize(join(path, "..", specifier));
      importers.set(target, [...importers.get(target) ?? [], path]);
    }
  }
  const lonely = [...files.keys()]
    .filter((path) => /^shared\/.*(?<!_test)\.ts$/.test(path))
    .map((path) => [path, usersOf(path, importers)] as const)
    .filter(([, users]) => users.size < 2)
    .map(([path, users]) => `${path}: ${[...users].join() || "nobody"}`);
  assert.deepEqual(lonely, []);
});

Deno.test("what is exported is named somewhere else", () => {
  const places = new Map<string, number>();
  for (const text of files.values()) {
    for (const word of new Set(text.match(/\w+/g))) places.set(word, (places.get(word) ?? 0) + 1);
  }
  const unused = [...files].flatMap(([path, text]) =>
    [...text.matchAll(/^export (?:async )?(?:function\*?|const|class) (\w+)/gm)]
      .filter(([, name = ""]) => places.get(name) === 1 && !GENERATED.includes(path))
      .map(([, name]) => `${path}: ${name}`)
  );
  assert.deepEqual(unused, []);
});
