/** `.env` files: read as the Supabase CLI reads them, and written so that it reads the same again. */

import { parseEnv } from "node:util";

/** Parses the text of a `.env` file: names with their values, quotes and comments resolved. */
export function parseEnvFile(text: string): Record<string, string> {
  const entries = Object.entries(parseEnv(text));
  return Object.fromEntries(
    entries.filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}

/**
 * Renders values for `supabase secrets set --env-file`. Within single quotes nothing has a special meaning, so a service account's `
 * ` stays as it is. Throws for a value that no quotes can contain.
 */
export function renderEnvFile(values: Readonly<Record<string, string>>): string {
  return Object.entries(values).map(([name, value]) => `${name}=${quote(name, value)}\n`).join("");
}

function quote(name: string, value: string): string {
  const mark = ["'", "`", '"'].find((candidate) => !value.includes(candidate));
  // Double quotes give backslashes a meaning.
  if (mark === undefined || (mark === '"' && value.includes("\\"))) {
    throw new Error(`Cannot write ${name}: its value has every kind of quotation mark in it`);
  }
  return mark + value + mark;
}
