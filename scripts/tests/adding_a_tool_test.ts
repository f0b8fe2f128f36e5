/** The guide in docs/adding-a-tool.md, followed to the letter in a copy of the repository. */
import assert from "node:assert/strict";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const COPIED = [
  ...["deno.json", "deno.lock", "functions", "shared", "scripts", "supabase"],
  // docs/openapi.json describes what the client parses.
  ...["console", "docs"],
];

/** Code blocks of the guide that begin with the path of their file. */
async function filesOfGuide(): Promise<[path: string, text: string][]> {
  const guide = await Deno.readTextFile(join(ROOT, "docs/adding-a-tool.md"));
  return [...guide.matchAll(/```(?:ts|sql)\n(?:\/\/|--) (\S+)\n(.*?)```/gs)]
    .map(([, path = "", text = ""]) => [path, text]);
}

async function copy(from: string, to: string): Promise<void> {
  const { isDirectory } = await Deno.stat(from);
  if (!isDirectory) return await Deno.copyFile(from, to);
  await Deno.mkdir(to, { recursive: true });
  for await (const { name } of Deno.readDir(from)) await copy(join(from, name), join(to, name));
}

Deno.test("two files make a tool that assistants have and can call, in SQL or in TypeScript", async () => {
  const root = await Deno.makeTempDir();
  const deno = async (...args: string[]) => {
    const { success, stderr } = await new Deno.Command(Deno.execPath(), { args, cwd: root })
      .output();
    assert.ok(success, `deno ${args.join(" ")}\n${new TextDecoder().decode(stderr)}`);
  };
  try {
    for (const part of COPIED) await copy(join(ROOT, part), join(root, part));
    const files = await filesOfGuide();
    assert.deepEqual(files.map(([path]) => path), [
      "shared/tools/clinic-opening-hours.ts",
      "supabase/migrations/20261121009000_tool_clinic_opening_hours.sql",
      "shared/tools/spell-back.ts",
      "functions/spell-back/run.ts",
    ]);
    for (const [path, text] of files) {
      await Deno.mkdir(dirname(join(root, path)), { recursive: true });
      await Deno.writeTextFile(join(root, path), text);
    }
    await deno("run", "-A", "scripts/generate.ts");
    await deno("run", "-A", "scripts/generate.ts", "--check");
    await deno(
      "check",
      ...["spell-back", "clinic-opening-hours"].map((slug) => `functions/${slug}`),
    );
    await deno("fmt", "--check", "functions", "shared/tools");
    await deno("run", "-A", "scripts/tests/support/call_new_tools.ts");
  } finally {
    await Deno.remove(root, { recursive: true });
  }
});
