import type { Sql } from "postgres";
import { openapiFile } from "../generate/files.ts";
import { databaseTypes } from "./database_types.ts";
import { dumpSchema } from "./dump.ts";

export type GeneratedFile = { readonly path: string; readonly text: string };

/** What follows from the migrations; paths are relative to the repository. */
export async function generatedFiles(sql: Sql): Promise<GeneratedFile[]> {
  const schemaSql = await dumpSchema(sql);
  return [
    { path: "shared/database_types.ts", text: await databaseTypes(sql) },
    { path: "supabase/schema.sql", text: schemaSql },
    await openapiFile(new URL("../../", import.meta.url), schemaSql),
  ];
}
