/** Searches every table and every log line for personal data and keys. */
import type { Sql } from "postgres";
import { isJsonObject } from "../../../shared/json.ts";
import type { PersonalKind } from "./data_map.ts";
import { PATIENT_WORDS, type Story } from "./patients_story.ts";

export interface Finding {
  /** `<table>.<column>`, with the schema if it is not `public`; or a function's log. */
  readonly where: string;
  readonly kind: PersonalKind | "code" | "secret";
  readonly text: string;
}

const EMAIL = /(?<![\w*])[\w.%+-]+@[\w-]+(?:\.[\w-]+)+/g;
const E164 = /\+[1-9]\d{7,14}/;

/** A service's address looks like a person's. */
const NOBODY = /gserviceaccount\.com$/;

/** The personal data and keys in the text. */
export function findIn(where: string, text: string, story: Story): Finding[] {
  const found: Finding[] = [];
  const add = (kind: Finding["kind"]) => found.push({ where, kind, text });
  const digits = story.phones.map((phone) => phone.slice(-10));
  if (E164.test(text) || digits.some((number) => text.includes(number))) add("phone");
  if ((text.match(EMAIL) ?? []).some((address) => !NOBODY.test(address))) add("e-mail");
  if (PATIENT_WORDS.test(text.replace(EMAIL, ""))) add("name");
  // Not within the digits of times and ids.
  if (story.codes.some((code) => new RegExp(`(?<![\\d.:-])${code}(?!\\d)`).test(text))) add("code");
  if (story.secrets.some((secret) => text.includes(secret))) add("secret");
  return found;
}

/** All rows of all tables except those of the system and the Vault. */
export async function scanTables(sql: Sql, story: Story): Promise<Finding[]> {
  const tables = await sql<{ schema: string; name: string }[]>`
    select n.nspname as schema, c.relname as name
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where c.relkind in ('r', 'p') and n.nspname not in ('pg_catalog', 'information_schema', 'vault')`;
  const found: Finding[] = [];
  for (const { schema, name } of tables) {
    const rows = await sql.unsafe<{ row: unknown }[]>(
      `select to_jsonb(t) as row from "${schema}"."${name}" t`,
    );
    for (const { row } of rows) {
      if (!isJsonObject(row)) continue;
      for (const [column, value] of Object.entries(row)) {
        if (value === null || typeof value === "boolean") continue;
        const where = `${schema === "public" ? "" : `${schema}.`}${name}.${column}`;
        const text = typeof value === "string" ? value : JSON.stringify(value);
        found.push(...findIn(where, text, story));
      }
    }
  }
  return found;
}
