import type { Sql } from "postgres";
import { databaseTypes } from "./database_types.ts";
import { dumpSchema } from "./dump.ts";

export type GeneratedFile = { readonly path: string; readonly text: string };

/** What follows from the migrations; paths are relative to the repository. */
export async function generatedFiles(sql: Sql): Promise<GeneratedFile[]> {
  return [
    { path: "shared/database_types.ts", text: await databaseTypes(sql) },
    { path: "supabase/schema.sql", text: await dumpSchema(sql) },
  ];
}
