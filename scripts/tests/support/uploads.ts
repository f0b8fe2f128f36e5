/** What the official CLI uploads, and whether that alone is enough for a function to run. */
import assert from "node:assert/strict";
import { moduleGraph } from "../../check/functions/module_graph.ts";
import { functionSlugs } from "../../deploy/check_repository.ts";
import { judge } from "../../deploy/health.ts";
import { createFunctions } from "../../local/functions.ts";
import type { ProjectState } from "./management_api/api.ts";
import { repository } from "../../local/migrations.ts";

/** Every function, each with what it imports and nothing else. */
export async function assertUploads(functions: ProjectState["functions"]): Promise<void> {
  assert.deepEqual([...functions.keys()].sort(), await functionSlugs(repository));
  for (const [slug, { files, metadata }] of functions) {
    const imported = await moduleGraph(`functions/${slug}/index.ts`, repository);
    const expected = ["deno.json", ...imported.map(({ path }) => path)];
    assert.deepEqual([...files.keys()].sort(), expected.sort(), slug);
    assert.equal(metadata.entrypoint_path, `functions/${slug}/index.ts`);
    assert.equal(metadata.verify_jwt, false);
    for (const path of files.keys()) {
      assert.doesNotMatch(path, /_test\.ts$|^(scripts|supabase)\//, slug);
    }
  }
}

/** Each starts from the files in its own folder alone, and refuses a stranger. */
export async function assertRunsOn(deno: string, directory: string): Promise<void> {
  const functions = createFunctions({
    directory,
    uploadsRunOn: deno,
    env: {
      SUPABASE_URL: "http://127.0.0.1:1",
      SUPABASE_SECRET_KEYS: '{"default":"sb_secret_example"}',
      VAPI_PRIVATE_KEY: "example",
      VAPI_WEBHOOK_SECRET: "example",
    },
  });
  try {
    for (const slug of await functionSlugs(repository)) {
      const request = new Request("http://functions.test", { method: "POST", body: "{}" });
      const response = await functions.handle(slug, request, `/${slug}`);
      const { ok, problem } = judge(slug, response.status, await response.text());
      const lines = functions.logs().map(({ line }) => line).join("\n");
      assert.ok(ok, `${slug} ${problem}\n${lines}`);
    }
  } finally {
    await functions.close();
  }
}
