/** How many rows the Data API's connections read, by table, and which tables they read whole: Postgres counts that itself. */
import type { Sql } from "postgres";

export interface Reading {
  /** Rows of tables and entries of their indexes. */
  readonly rows: number;
  /** Large tables that were read from one end to the other. */
  readonly wholeTables: readonly string[];
}

/** A table with fewer rows fits into a few pages, which may as well be read whole: that does not count. */
const LARGE_TABLE_ROWS = 1_000;

/**
 * Postgres adds up a connection's counts only now and then. From now on each request to PostgREST does so at its end; the statements of
 * `sql` do so by flushed().
 */
export async function countEachRequest(sql: Sql): Promise<void> {
  await sql`alter function private.check_request() rename to check_request_itself`;
  await sql.unsafe(`
    create function private.check_request() returns void language plpgsql set search_path = '' as $$
    begin
      perform private.check_request_itself();
      perform pg_catalog.pg_stat_force_next_flush();
    end
    $$;
    grant execute on function private.check_request() to anon, authenticated, service_role`);
}

type Count = { read_whole: string; rows: string; scans: string };

/** Runs the work and returns what it read. Nothing else may be using the database. */
export async function reading(sql: Sql, work: () => Promise<unknown>): Promise<Reading> {
  const before = await counts(sql);
  await work();
  const after = await counts(sql);
  let rows = 0;
  const wholeTables: string[] = [];
  for (const [table, now] of after) {
    const then = before.get(table);
    rows += Number(now.rows) - Number(then?.rows ?? 0);
    const whole = Number(now.read_whole) - Number(then?.read_whole ?? 0);
    const scans = Number(now.scans) - Number(then?.scans ?? 0);
    if (scans === 0 || whole / scans < LARGE_TABLE_ROWS) continue;
    rows += whole;
    wholeTables.push(table);
  }
  return { rows, wholeTables };
}

async function counts(sql: Sql): Promise<Map<string, Count>> {
  await sql`select pg_stat_clear_snapshot()`;
  const found = await sql<(Count & { name: string })[]>`
    select schemaname || '.' || relname as name, seq_tup_read as read_whole, seq_scan as scans,
           coalesce((select sum(idx_tup_read) from pg_stat_user_indexes used where used.relid = t.relid), 0) as rows
    from pg_stat_user_tables t`;
  return new Map(found.map((row) => [row.name, row]));
}
