import assert from "node:assert/strict";
import { envFileOf, unreadable } from "./env_option.ts";

Deno.test("envFileOf() takes the file by either name, and refuses two different ones or an empty one", () => {
  assert.equal(envFileOf({}), undefined);
  assert.equal(envFileOf({ env: "a" }), "a");
  assert.equal(envFileOf({ "env-file": "a" }), "a");
  assert.throws(() => envFileOf({ env: "a", "env-file": "b" }), /the same option/);
  assert.throws(() => envFileOf({ env: "" }), /no file's name/);
});

Deno.test("unreadable() names the file and the reason", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const reason = (file: string) =>
      Deno.readTextFile(file).then(() => "", (error) => unreadable(file, error));
    assert.equal(
      await reason(`${folder}/none`),
      `Cannot read the env file ${folder}/none: there is none`,
    );
    assert.equal(await reason(folder), `Cannot read the env file ${folder}: it is a folder`);
  } finally {
    await Deno.remove(folder);
  }
});

Deno.test("no page and no help shows an --env-file, which Node 20 takes for its own", async () => {
  const root = new URL("../", import.meta.url);
  const pages = ["README.md", ".env.example", "scripts/deploy.ts", "scripts/migrate.ts"]
    .concat("scripts/verify.ts");
  for (const { name } of Deno.readDirSync(new URL("docs", root))) {
    if (name.endsWith(".md")) pages.push(`docs/${name}`);
  }
  const showing = [];
  for (const page of pages) {
    const text = await Deno.readTextFile(new URL(page, root));
    // Supabase's own CLI has that name only.
    const lines = text.split("\n").filter((line) => !line.includes("supabase@"));
    if (lines.some((line) => line.includes("--env-file"))) showing.push(page);
  }
  assert.deepEqual(showing, []);
});
