/** The contents of schema `public`, from the catalog. */

import type { Sql } from "postgres";
import { z } from "zod";

export type Column = { name: string; type: string; needsValue: boolean };
export type Relation = { name: string; isView: boolean; columns: Column[] };

const relationRows = z.array(z.object({
  name: z.string(),
  isView: z.boolean(),
  columns: z.array(z.object({ name: z.string(), type: z.string(), needsValue: z.boolean() })),
}));

/** Tables and views, by name. A generated column is not listed: nobody can write it. */
export async function readRelations(sql: Sql): Promise<Relation[]> {
  return relationRows.parse([
    ...await sql`
      select c.relname as name, c.relkind in ('v', 'm') as "isView",
        jsonb_agg(jsonb_build_object(
          'name', a.attname,
          'type', format_type(a.atttypid, null),
          'needsValue', a.attnotnull and not a.atthasdef and a.attidentity = ''
        ) order by a.attnum) as columns
      from pg_class c
      join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
      where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p', 'v', 'm', 'f')
      group by c.oid
      order by c.relname`,
  ]);
}

export type Routine = { name: string; signature: string; call: string };

const routineRows = z.array(
  z.object({ name: z.string(), signature: z.string(), call: z.string() }),
);

/** Functions of a schema, each with a call in which every argument is null. */
export async function readRoutines(sql: Sql, schema: "public" | "private"): Promise<Routine[]> {
  return routineRows.parse([
    ...await sql`
      select p.proname as name, p.oid::regprocedure::text as signature,
        format('select %I.%I(%s)', n.nspname, p.proname, (
          select string_agg('null::' || format_type(type, null), ', ' order by position)
          from unnest(p.proargtypes::oid[]) with ordinality as arguments (type, position))) as call
      from pg_proc p
      join pg_namespace n on n.oid = p.pronamespace
      where n.nspname = ${schema} and p.prokind = 'f'
        and not exists (
          select from pg_depend d
          where d.classid = 'pg_proc'::regclass and d.objid = p.oid and d.deptype = 'e')
      order by 2`,
  ]);
}
