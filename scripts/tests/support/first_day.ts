/** Restores a database to its state before a test. */
import type { Sql } from "postgres";
import { eventually } from "./eventually.ts";

/** Schemas whose tables belong neither to the product nor to the platform. */
const KEPT = ["pg_catalog", "information_schema", "first_day", "supabase_migrations"];

export interface FirstDay {
  /** Restores the rows of every table, once nobody else's statement is running. */
  restore(): Promise<void>;
}

/** Saves the rows of every table; `sql` is the superuser's. */
export async function rememberFirstDay(sql: Sql): Promise<FirstDay> {
  await sql`create schema first_day`;
  const tables = await sql<{ name: string; columns: string }[]>`
    select format('%I.%I', n.nspname, c.relname) as name,
      string_agg(quote_ident(a.attname), ', ' order by a.attnum) as columns
    from pg_class c
    join pg_namespace n on n.oid = c.relnamespace
    join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
    where c.relkind = 'r' and n.nspname <> all (${KEPT})
      and not starts_with(n.nspname, 'pg_')
    group by n.nspname, c.relname
    order by name`;
  const restoring: string[] = [];
  for (const [index, { name, columns }] of tables.entries()) {
    restoring.push(`delete from ${name}`);
    const [row] = await sql.unsafe<{ filled: boolean }[]>(
      `select exists (select from ${name}) as filled`,
    );
    if (row?.filled !== true) continue;
    await sql.unsafe(`create table first_day.t${index} as select ${columns} from ${name}`);
    restoring.push(
      `insert into ${name} (${columns}) overriding system value select ${columns} from first_day.t${index}`,
    );
  }
  // Without triggers and foreign keys: the rows are as consistent as they were then.
  const all = ["set local session_replication_role = replica", ...restoring].join(";\n");
  return {
    restore: async () => {
      await statementsDone(sql);
      await sql.begin((transaction) => transaction.unsafe(all));
    },
  };
}

/** Waits until nobody else has a statement or a transaction open in this database. */
export async function statementsDone(sql: Sql): Promise<void> {
  await eventually("nobody else's statement is under way", async () => {
    const open = await sql`
      select from pg_stat_activity
      where datname = current_database() and backend_type = 'client backend'
        and state <> 'idle' and pid <> pg_backend_pid()`;
    return open.length === 0;
  });
}
