/**
 * Supabase's database advisors that apply to this product, and a few rules of our own, as queries: each
 * file of `advisors/` names the objects that break its rule and says what to do about them.
 */

import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Sql } from "postgres";
import { z } from "zod";
import { type Allowed, allowed as keptOnPurpose } from "./allowed.ts";

export type Finding = {
  readonly advisor: string;
  readonly object: string;
  readonly advice: string;
};

const directory = fileURLToPath(new URL("./advisors/", import.meta.url));
const rows = z.array(z.object({ object: z.string(), advice: z.string() }));

/** Names of the advisors, sorted. */
export async function advisorNames(): Promise<string[]> {
  const files = await Array.fromAsync(Deno.readDir(directory));
  return files.map(({ name }) => name).filter((name) => name.endsWith(".sql"))
    .map((name) => name.slice(0, -".sql".length)).sort();
}

/** What one advisor finds, exceptions included. */
export async function consult(sql: Sql, advisor: string): Promise<Finding[]> {
  const query = await Deno.readTextFile(join(directory, `${advisor}.sql`));
  // An empty path makes Postgres spell names out in full, whatever the connection's path was.
  await sql`set search_path = ''`;
  const found = rows.parse([...await sql.unsafe(query)]);
  return found.map((row) => ({ advisor, ...row })).sort((a, b) => (a.object < b.object ? -1 : 1));
}

/** What all advisors find apart from the exceptions, and the exceptions that no longer apply. */
export async function advise(
  sql: Sql,
  allowed: readonly Allowed[] = keptOnPurpose,
): Promise<Finding[]> {
  const found: Finding[] = [];
  for (const advisor of await advisorNames()) found.push(...await consult(sql, advisor));
  const same = (a: Finding | Allowed, b: Finding | Allowed) =>
    a.advisor === b.advisor && a.object === b.object;
  return [
    ...found.filter((finding) => !allowed.some((exception) => same(exception, finding))),
    ...allowed.filter((exception) => !found.some((finding) => same(finding, exception)))
      .map(({ advisor, object }) => ({
        advisor,
        object,
        advice: "remove the exception from scripts/check/allowed.ts: nothing needs it",
      })),
  ];
}
