/**
 * Rows of two organizations in every table. They carry no meaning: keys, checks and triggers are removed first, because only row-level
 * security and grants are tested.
 */

import type { Sql } from "postgres";
import { actors, orgs } from "./actors.ts";
import type { Column, Relation } from "./catalog.ts";

/** The rows' owners; `nobody`'s row has no organization, and no member may see it. */
export type Owner = keyof typeof orgs | "nobody";

/** Values, in SQL, on which policies and views depend besides the organization. */
const special: Readonly<
  Record<string, Readonly<Record<string, string | ((owner: Owner) => string)>>>
> = {
  agents: { drift: `'[{"path": "name", "applied": "a", "observed": "b"}]'` },
  // The migration has already created its own row.
  platform_settings: { is_only: "false" },
  jobs: {
    queue: "'tool-sync'",
    key: (owner) =>
      owner === "nobody"
        ? "'agent:gone'"
        : `'agent:' || (select id from public.agents where org_id = '${orgs[owner]}')`,
  },
  tool_calls: { outcome: "'done'" },
};

/** Name of the column that identifies a row's owner; none if the table belongs to nobody. */
export function ownerColumn({ name, columns }: Relation): string | undefined {
  if (name === "organizations") return "id";
  return columns.find((column) => column.name === "org_id")?.name;
}

/** The values of a row, as SQL, by column. Throws for a type without a sample. */
function sampleRow(table: Relation, owner: Owner): Map<string, string> {
  const column = ownerColumn(table);
  const values = new Map<string, string>();
  for (const { name, type, needsValue } of table.columns) {
    const value = name === column
      ? owner === "nobody" ? "null" : `'${orgs[owner]}'::uuid`
      : specialValue(table.name, name, owner) ??
        (needsValue ? sampleValue(table, { name, type }, owner) : undefined);
    if (value !== undefined) values.set(name, value);
  }
  return values;
}

function specialValue(table: string, column: string, owner: Owner): string | undefined {
  const value = special[table]?.[column];
  return typeof value === "function" ? value(owner) : value;
}

/** Puts the actors into their organizations, and a row of each owner into each table. */
export async function insertSamples(sql: Sql, tables: readonly Relation[]): Promise<void> {
  await dropConstraintsAndTriggers(sql);
  for (const table of tables) {
    for (const owner of ownersOf(table)) await sql.unsafe(insertStatement(table, owner));
  }
  for (const { claims, membership, isOperator } of Object.values(actors)) {
    if (isOperator) {
      await sql`insert into platform_operators (user_id) values (${claims["sub"] ?? null})`;
    }
    if (!membership) continue;
    await sql`
      insert into members (org_id, user_id, role)
      values (${orgs[membership.org]}, ${claims["sub"] ?? null}, ${membership.role})`;
  }
}

/** The owners of a table's rows: if an owner is required, there is no row of nobody's. */
export function ownersOf(table: Relation): Owner[] {
  const column = table.columns.find(({ name }) => name === ownerColumn(table));
  if (column === undefined) return ["nobody"];
  const hasOwner = table.isView || table.name === "organizations" || column.needsValue;
  return hasOwner ? ["a", "b"] : ["a", "b", "nobody"];
}

/** `columns`: those to name, if not all of the sample. */
export function insertStatement(
  table: Relation,
  owner: Owner,
  columns?: readonly string[],
): string {
  const values = [...sampleRow(table, owner)].filter(([name]) => columns?.includes(name) ?? true);
  const names = values.map(([name]) => `"${name}"`).join(", ");
  return values.length === 0
    ? `insert into public."${table.name}" default values`
    : `insert into public."${table.name}" (${names}) values (${
      values.map(([, value]) => value).join(", ")
    })`;
}

function sampleValue(
  table: Relation,
  { name, type }: Pick<Column, "name" | "type">,
  owner: Owner,
): string {
  const value = samples[type] ?? (type.endsWith("[]") ? "'{}'" : undefined) ??
    (type.endsWith("multirange") ? "'{}'" : type.endsWith("range") ? "'empty'" : undefined);
  if (value === undefined) {
    throw new Error(
      `No sample of type ${type} for ${table.name}.${name}: add one to scripts/tests/support/access/sample_rows.ts`,
    );
  }
  return typeof value === "string" ? `${value}::${type}` : value(owner);
}

const samples: Readonly<Record<string, string | ((owner: Owner) => string)>> = {
  "bigint": "1",
  "boolean": "true",
  "character varying": (owner) => `'${owner}'`,
  "date": "'2026-01-05'",
  "double precision": "1",
  "integer": "1",
  "interval": "'1 day'",
  "jsonb": "'{}'",
  "numeric": "1",
  "smallint": "1",
  "text": (owner) => `'${owner}'`,
  "time without time zone": "'09:00'",
  "timestamp with time zone": "'2026-01-05 09:00Z'",
  "uuid": () => "gen_random_uuid()",
};

async function dropConstraintsAndTriggers(sql: Sql): Promise<void> {
  await sql.unsafe(`
    do $$
    declare
      v_statement text;
    begin
      for v_statement in
        select format('alter table %s drop constraint %I', conrelid::regclass, conname)
        from pg_constraint
        where connamespace = 'public'::regnamespace and conrelid <> 0 and contype in ('c', 'f', 'x')
        union all
        select format('alter table %s disable trigger user', oid::regclass)
        from pg_class where relnamespace = 'public'::regnamespace and relkind = 'r'
      loop
        execute v_statement;
      end loop;
    end
    $$`);
}
