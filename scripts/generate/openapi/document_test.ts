/** docs/openapi.json, checked with an independent validator and against the code. */
import assert from "node:assert/strict";
import { Validator } from "@seriousme/openapi-schema-validator";
import { z } from "zod";
import { RESULTS } from "../../../console/client/results.ts";
import { peoplesFunctions } from "./sql_functions.ts";

const root = new URL("../../../", import.meta.url);
const read = (path: string) => Deno.readTextFile(new URL(path, root));
const documentSchema = z.object({
  openapi: z.literal("3.1.0"),
  paths: z.record(z.string(), z.record(z.string(), z.object({ operationId: z.string() }))),
});
const text = await read("docs/openapi.json");
const { paths } = documentSchema.parse(JSON.parse(text));

Deno.test("docs/openapi.json is OpenAPI 3.1", async () => {
  const { valid, errors } = await new Validator().validate(JSON.parse(text));
  assert.ok(valid, JSON.stringify(errors));
});

Deno.test("docs/openapi.json has every function, and every operation under a name of its own", async () => {
  const slugs: string[] = [];
  for await (const { name, isDirectory } of Deno.readDir(new URL("functions/", root))) {
    if (isDirectory) slugs.push(name);
  }
  const described = Object.keys(paths).filter((path) => path.startsWith("/functions/v1/"));
  assert.deepEqual(described.toSorted(), slugs.map((slug) => `/functions/v1/${slug}`).toSorted());
  const ids = Object.values(paths).flatMap((item) =>
    Object.values(item).map(({ operationId }) => operationId)
  );
  assert.deepEqual(ids, [...new Set(ids)]);
});

Deno.test("the client parses the result of every rpc whose JSON SQL can't describe, and of no other", async () => {
  const answeringJson = peoplesFunctions(await read("supabase/schema.sql"))
    .filter(({ returns }) => returns === "jsonb").map(({ name }) => name);
  assert.deepEqual(Object.keys(RESULTS).toSorted(), answeringJson.toSorted());
});

Deno.test("docs/people-api.md names every rpc that people may call", async () => {
  const page = await read("docs/people-api.md");
  const missing = peoplesFunctions(await read("supabase/schema.sql"))
    .filter(({ name }) => !page.includes(`\`${name}`));
  assert.deepEqual(missing.map(({ name }) => name), []);
});
