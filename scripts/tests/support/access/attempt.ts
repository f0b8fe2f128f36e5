/** Tries an actor's statement, as PostgREST would run it, and undoes it. */

import postgres, { type Sql } from "postgres";
import { z } from "zod";
import { type Actor, orgs } from "./actors.ts";
import type { Relation, Routine } from "./catalog.ts";
import type { Outcome } from "./expected.ts";
import { insertStatement, type Owner, ownerColumn, ownersOf } from "./sample_rows.ts";
import type { Verb } from "./matrix.ts";

const insufficientPrivilege = "42501";

/** The result of the statement: which rows the actor saw or changed. */
export async function attemptVerb(
  sql: Sql,
  actor: Actor,
  table: Relation,
  verb: Verb,
): Promise<Outcome> {
  switch (verb) {
    case "select":
      return await attemptSelect(sql, actor, table);
    case "insert":
      return await attemptInsert(sql, actor, table);
    case "update":
      return await attemptUpdate(sql, actor, table);
    case "delete":
      return await attemptChange(sql, actor, table, `delete from public."${table.name}"`);
  }
}

async function attemptSelect(sql: Sql, actor: Actor, table: Relation): Promise<Outcome> {
  const columns = await columnsFor(sql, actor, table, "select");
  const key = ownerColumn(table);
  const column = key && columns.includes(key) ? key : columns[0] ?? table.columns[0]?.name;
  return await undone(sql, async () => {
    const seen = await as(sql, actor, `select "${column}" as value from public."${table.name}"`);
    if (seen === "refused") return "refused";
    return outcomeOf(actor, table, seen.map(({ value }) => key ? ownerNamed(value) : "nobody"));
  });
}

async function attemptUpdate(sql: Sql, actor: Actor, table: Relation): Promise<Outcome> {
  const columns = await columnsFor(sql, actor, table, "update");
  const column = `"${columns[0] ?? table.columns[0]?.name}"`;
  const statement = `update public."${table.name}" set ${column} = ${column}`;
  const outcome = await attemptChange(sql, actor, table, statement);
  if (outcome === "refused" && columns.length > 0) {
    throw new Error(
      `${table.name}: a column may be updated but not selected, which this test can't judge`,
    );
  }
  return outcome;
}

async function attemptChange(
  sql: Sql,
  actor: Actor,
  table: Relation,
  statement: string,
): Promise<Outcome> {
  return await undone(sql, async () => {
    const before = await rowVersions(sql, table);
    if (await as(sql, actor, statement) === "refused") return "refused";
    const after = await rowVersions(sql, table);
    const changed = [...before].filter(([version]) => !after.has(version));
    return outcomeOf(actor, table, changed.map(([, owner]) => owner));
  });
}

/** Tries to replace the existing row by each owner's row. */
async function attemptInsert(sql: Sql, actor: Actor, table: Relation): Promise<Outcome> {
  const columns = await columnsFor(sql, actor, table, "insert");
  const accepted: Owner[] = [];
  // An actor who may insert into no column is refused before anybody looks at the row's owner.
  const owners = columns.length > 0 ? ownersOf(table) : ownersOf(table).slice(0, 1);
  for (const owner of owners) {
    const statement = insertStatement(table, owner, columns.length > 0 ? columns : undefined);
    const outcome = await undone(sql, async () => {
      await sql.unsafe(`delete from public."${table.name}"`);
      return await as(sql, actor, statement);
    });
    if (outcome !== "refused") accepted.push(owner);
  }
  return accepted.length === 0 ? "refused" : outcomeOf(actor, table, accepted);
}

/** Whether the actor may call the function; what it does with nulls does not matter. */
export async function mayExecute(sql: Sql, actor: Actor, { call }: Routine): Promise<boolean> {
  return await undone(sql, async () => {
    try {
      return await as(sql, actor, call) !== "refused";
    } catch (error) {
      if (error instanceof postgres.PostgresError) return true;
      throw error;
    }
  });
}

/** The columns on which the actor's role has the privilege. */
export async function columnsFor(
  sql: Sql,
  { role }: Actor,
  { name, columns }: Relation,
  privilege: "select" | "insert" | "update",
): Promise<string[]> {
  const rows = await sql<{ column: string }[]>`
    select name as column from unnest(${columns.map((column) => column.name)}::text[]) name
    where has_column_privilege(${role}, ${`public."${name}"`}, name, ${privilege})`;
  return rows.map(({ column }) => column);
}

const resultRows = z.array(z.looseObject({ value: z.unknown().optional() }));

async function as(
  sql: Sql,
  { role, claims }: Actor,
  statement: string,
): Promise<z.infer<typeof resultRows> | "refused"> {
  const token = JSON.stringify(claims);
  await sql`
    select set_config('role', ${role}, true), set_config('request.jwt.claims', ${token}, true)`;
  await sql`savepoint attempt`;
  try {
    return resultRows.parse([...await sql.unsafe(statement)]);
  } catch (error) {
    await sql`rollback to attempt`;
    const refused = error instanceof postgres.PostgresError &&
      error.code === insufficientPrivilege;
    if (!refused) throw error;
    return "refused";
  } finally {
    await sql`select set_config('role', 'none', true)`;
  }
}

function outcomeOf(actor: Actor, table: Relation, owners: readonly Owner[]): Outcome {
  const met = new Set(owners);
  if (met.size === 0) return "none";
  if (ownersOf(table).every((owner) => met.has(owner))) return "all";
  const own = actor.membership?.org;
  if (met.size === 1 && own !== undefined && met.has(own)) return "own";
  throw new Error(`${table.name}: rows of ${[...met].join(" and ")} were met`);
}

function ownerNamed(id: unknown): Owner {
  return id === orgs.a ? "a" : id === orgs.b ? "b" : "nobody";
}

/** The owner of each row by its physical version, which an update or a delete takes away. */
async function rowVersions(sql: Sql, table: Relation): Promise<Map<string, Owner>> {
  const key = ownerColumn(table);
  const owner = key ? `"${key}"` : "null";
  const rows = await sql.unsafe<{ version: string; owner: unknown }[]>(
    `select ctid::text as version, ${owner} as owner from public."${table.name}"`,
  );
  return new Map(rows.map(({ version, owner }) => [version, ownerNamed(owner)]));
}

async function undone<T>(sql: Sql, work: () => Promise<T>): Promise<T> {
  await sql`begin`;
  try {
    return await work();
  } finally {
    await sql`rollback`;
  }
}
