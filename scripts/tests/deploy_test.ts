/**
 * What the official CLI uploads for each function, to a stand-in of Supabase's management API, and
 * whether that alone is enough for the function to run where it will run.
 */

import assert from "node:assert/strict";
import { moduleGraph } from "../check/functions/module_graph.ts";
import { uploadFunctions } from "../deploy/apply.ts";
import { functionSlugs } from "../deploy/check_repository.ts";
import { judge } from "../deploy/health.ts";
import { createFunctions } from "../local/functions.ts";
import { edgeDeno, edgeDenoVersion } from "../local/management_api/edge_deno.ts";
import { repository } from "../local/migrations.ts";
import { sample } from "./support/amount.ts";
import { withDeployment, withFolder } from "./support/deployment.ts";

const environment = {
  SUPABASE_URL: "http://127.0.0.1:1",
  SUPABASE_SECRET_KEYS: '{"default":"sb_secret_example"}',
  VAPI_PRIVATE_KEY: "example",
  VAPI_WEBHOOK_SECRET: "example",
};

Deno.test("deployed functions", async (t) => {
  const slugs = await functionSlugs(repository);
  await withFolder(async (folder) => {
    await withDeployment(async ({ api, cli }) => {
      await uploadFunctions(cli, api.projectRef);

      await t.step("are all that there are", () => {
        assert.deepEqual([...api.functions.keys()].sort(), slugs);
      });

      await t.step("consist of exactly what they import", async () => {
        for (const [slug, { files, metadata }] of api.functions) {
          const imported = await moduleGraph(`functions/${slug}/index.ts`, repository);
          const expected = ["deno.json", ...imported.map(({ path }) => path)];
          assert.deepEqual([...files.keys()].sort(), expected.sort(), slug);
          assert.equal(metadata.entrypoint_path, `functions/${slug}/index.ts`);
          assert.equal(metadata.verify_jwt, false);
        }
      });

      await t.step("carry no tests and no scripts", () => {
        const paths = new Set(
          [...api.functions.values()].flatMap(({ files }) => [...files.keys()]),
        );
        for (const path of paths) assert.doesNotMatch(path, /_test\.ts$|^(scripts|supabase)\//);
      });
    }, { folder });

    for (const level of sample([edgeDenoVersion, "of this repository"], 2)) {
      await t.step(`start from their files alone and answer, on the Deno ${level}`, async () => {
        const functions = createFunctions({
          directory: `${folder}/functions`,
          uploadsRunOn: level === edgeDenoVersion ? await edgeDeno() : Deno.execPath(),
          env: environment,
        });
        try {
          for (const slug of slugs) {
            const request = new Request("http://functions.test", { method: "POST", body: "{}" });
            const response = await functions.handle(slug, request, `/${slug}`);
            const { ok, problem } = judge(slug, response.status, await response.text());
            const lines = functions.logs().map(({ line }) => line).join("\n");
            assert.ok(ok, `${slug} ${problem}\n${lines}`);
          }
        } finally {
          await functions.close();
        }
      });
    }
  });
});
