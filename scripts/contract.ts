/**
 * Writes `shared/vapi/contract.json` from Vapi's OpenAPI document, which isn't part of this
 * repository: `deno run -A scripts/contract.ts openapi.json`.
 */
import { progress, runMain } from "./cli.ts";
import { documentSchema } from "./generate/contract/document.ts";
import { type Additions, reduce } from "./generate/contract/reduce.ts";
import { writeTable } from "./generate/contract/write.ts";

/** What is known about Vapi beyond its document. */
const additions: Additions = {
  bodies: { "POST /squad": "CreateSquadDTO", "PATCH /squad/:id": "CreateSquadDTO" },
  keys: {
    // The document types these as objects; its examples, and what users send, are as below.
    BackoffPlan: { excludedStatusCodes: { list: "any" } },
    NeuphonicVoice: { language: { or: ["string", "object"] } },
    FallbackNeuphonicVoice: { language: { or: ["string", "object"] } },
    // `secret` disappeared from the document in 2025-05 and still works.
    Server: { secret: "string", url: { type: "string", format: "public-url" } },
  },
};

async function main([path]: string[]): Promise<number> {
  if (path === undefined) throw new Error("Name the OpenAPI document: scripts/contract.ts FILE");
  const document = documentSchema.parse(JSON.parse(await Deno.readTextFile(path)));
  const table = reduce(document, additions);
  const file = new URL("../shared/vapi/contract.json", import.meta.url);
  await Deno.writeTextFile(file, writeTable(table));
  progress(`Wrote ${Object.keys(table.shapes).length} shapes to ${file.pathname}`);
  return 0;
}

if (import.meta.main) await runMain(() => main(Deno.args));
